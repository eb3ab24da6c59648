//! Which ways of pruning go together, and why others do not.

use super::check::{MAX_EPOCHS, MAX_LEVELS, check_seed};
use super::config::{By, Config, Criterion, Gradual, Granularity, Iterative, Prune, Schedule, Scope};
use super::scoring::surgeon_cost;
use crate::error::{Error, Result, require};
use crate::read::Write;

/// The most multiply-adds of scoring once by Optimal Brain Surgeon, which is one step and takes longer than an update.
const MAX_SURGERY: u64 = 10_000_000_000;

impl Config {
    pub(super) fn check_prune(&self, n_train: usize) -> Result<()> {
        let prune = &self.prune;
        check_seed("seed", prune.seed)?;
        self.check_protected()?;
        self.check_schedule()?;
        prune.check_criterion(self.train.epochs)?;
        prune.check_granularity(self.model.hidden.len())?;
        if prune.criterion == Criterion::Obs {
            let cost = surgeon_cost(&self.layer_sizes(), n_train as u64);
            let allowed = format!("such that scoring takes at most {MAX_SURGERY} multiply-adds");
            require(cost <= MAX_SURGERY, "criterion", allowed, format_args!("obs with {cost}"))?;
        }
        prune.levels.check().map_err(|e| e.within("levels"))
    }

    fn check_protected(&self) -> Result<()> {
        let (protect, layers) = (&self.prune.protect, self.model.hidden.len() + 1);
        let allowed = format!("layers from 0 to {}", layers - 1);
        require(protect.iter().all(|&layer| layer < layers), "protect", allowed, format_args!("{protect:?}"))?;
        // The neurons of the output layer stay anyway.
        let losing = if self.prune.granularity == Granularity::Neuron { layers - 1 } else { layers };
        let all = losing > 0 && (0..losing).all(|layer| protect.contains(&layer));
        require(!all, "protect", "layers that leave something to prune", format_args!("{protect:?}"))
    }

    fn check_schedule(&self) -> Result<()> {
        let (prune, epochs) = (&self.prune, self.train.epochs);
        let allowed = format!("a whole number from 0 to {MAX_EPOCHS}");
        require(prune.recovery <= MAX_EPOCHS, "recovery", allowed, prune.recovery)?;
        let no_recovery = |why: &str| {
            let allowed = format_args!("0 {why}").to_string();
            require(prune.recovery == 0, "recovery", allowed, prune.recovery)
        };
        match prune.schedule {
            Schedule::OneShot => Ok(()),
            Schedule::Initialisation => no_recovery("at initialisation, whose training follows the pruning"),
            Schedule::Iterative(Iterative { fraction, rounds, rewind }) => {
                require(fraction > 0.0 && fraction < 1.0, "schedule.fraction", "in (0, 1)", fraction)?;
                let allowed = format!("a whole number from 1 to {MAX_LEVELS}");
                require((1..=MAX_LEVELS).contains(&rounds), "schedule.rounds", allowed, rounds)?;
                let Some(epoch) = rewind else {
                    let allowed = "at least 1 where rounds follow one another without rewinding";
                    return require(prune.recovery > 0, "recovery", allowed, prune.recovery);
                };
                let allowed = format!("null or an epoch before the last, train.epochs = {epochs}");
                require(epoch < epochs, "schedule.rewind", allowed, epoch)?;
                no_recovery("where rewinding trains again")
            }
            Schedule::Gradual(Gradual { from, to }) => {
                require(to <= epochs, "schedule.to", format_args!("at most train.epochs = {epochs}"), to)?;
                require(from < to, "schedule.from", format_args!("below prune.schedule.to = {to}"), from)
            }
        }
    }
}

impl Prune {
    fn check_criterion(&self, epochs: usize) -> Result<()> {
        let (criterion, kind) = (name(&self.criterion), name_of_kind(&self.schedule));
        if self.by() == By::Threshold {
            let refused = |why: String| Err(Error::invalid("levels.by", format!("must be amount {why}")));
            if self.criterion != Criterion::Magnitude {
                return refused(format!("when prune.criterion is {criterion}: a threshold is a cut on magnitude"));
            }
            if self.granularity == Granularity::Neuron {
                return refused("when prune.granularity is neuron: a threshold is a cut on single weights".into());
            }
            if matches!(self.schedule, Schedule::Gradual(_)) {
                return refused("when prune.schedule.kind is gradual: its cubic leads to an amount".into());
            }
        }
        if self.criterion == Criterion::Movement {
            let trained = epochs > 0 && self.schedule != Schedule::Initialisation;
            require(trained, "criterion", "another one for a network that has not been trained", criterion)?;
        }
        let gradual = matches!(self.schedule, Schedule::Gradual(_));
        let allowed = format!("false when prune.schedule.kind is {kind}, which scores again after each epoch");
        require(!(self.oracle && gradual), "oracle", allowed, self.oracle)
    }

    fn check_granularity(&self, hidden: usize) -> Result<()> {
        let granularity = name(&self.granularity);
        if self.granularity == Granularity::Neuron {
            require(hidden > 0, "granularity", "weight without hidden layers", &granularity)?;
            let allowed = "global or layer when prune.granularity is neuron: a row is one neuron";
            require(self.scope != Scope::Row, "scope", allowed, name(&self.scope))?;
            let allowed = "weight when prune.criterion is obs, whose update is for single weights";
            require(self.criterion != Criterion::Obs, "granularity", allowed, &granularity)?;
        }
        if self.granularity.is_of_neighbours() {
            let once = matches!(self.schedule, Schedule::OneShot | Schedule::Initialisation);
            let allowed =
                format!("one_shot or initialisation when prune.granularity is {granularity}, which is one level");
            require(once, "schedule.kind", allowed, name_of_kind(&self.schedule))?;
        }
        if self.biases {
            let allowed = format!("false when prune.granularity is {granularity}");
            require(self.granularity == Granularity::Weight, "biases", allowed, self.biases)?;
            let ranked = matches!(self.criterion, Criterion::Magnitude | Criterion::Random);
            let allowed = format!("false when prune.criterion is {}, which scores weights", name(&self.criterion));
            require(ranked, "biases", allowed, self.biases)?;
        }
        Ok(())
    }
}

fn name(variant: &impl Write) -> String {
    variant.written().as_str().unwrap_or_default().to_string()
}

fn name_of_kind(schedule: &Schedule) -> String {
    schedule.written()["kind"].as_str().unwrap_or_default().to_string()
}
