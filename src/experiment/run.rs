//! One run, a short step at a time: what it holds, which step is next, what it leaves.

mod levels;
mod train;

use serde_json::Value;

use self::levels::Control;
use super::check::ValidConfig;
use super::compare::Comparing;
use super::config::{Iterative, Prune, Schedule};
use super::curve::{self, Curve, Tracing};
use super::digest::Digest;
use super::operating;
use super::parts::Parts;
use super::report::{DataSummary, Epoch, Level, Report, Unpruned};
use super::selection::Units;
use super::sweep::level_mask;
use super::training::Training;
use super::trial::Trial;
use super::way::{Setting, Way};
use super::work::Work;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::nn::{Evaluation, Mask, Mlp, State, Task, Workspace};
use crate::prune::criteria::{Oracle, oracle_correlations};
use crate::prune::effective_params_along;
use crate::random::{Generator, ShuffledEpochs};
use crate::read::{Write, serialize_as_written, tagged};

/// A step ends when about this many multiply-adds are done: a few milliseconds.
pub(super) const STEP_MULTIPLY_ADDS: u64 = 20_000_000;

const HELD_OUT_LOSS: &str = "the loss on rows held out";

/// What a run has to tell, in this order; `Progress` comes in between, any number of times.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Dataset {
        data: DataSummary,
    },
    Epoch(Epoch),
    /// A step after which there is only [`Run::progress`] to tell.
    Progress,
    Unpruned {
        unpruned: Unpruned,
    },
    Level {
        index: usize,
        level: Box<Level>,
    },
    Done {
        report: Box<Report>,
    },
}

impl Write for Event {
    fn written(&self) -> Value {
        let (kind, fields) = match self {
            Event::Dataset { data } => ("dataset", vec![("data", data.written())]),
            Event::Epoch(epoch) => return tagged("type", "epoch", epoch.written()),
            Event::Progress => ("progress", Vec::new()),
            Event::Unpruned { unpruned } => ("unpruned", vec![("unpruned", unpruned.written())]),
            Event::Level { index, level } => ("level", vec![("index", index.written()), ("level", level.written())]),
            Event::Done { report } => ("done", vec![("report", report.written())]),
        };
        tagged("type", kind, fields.into_iter().collect())
    }
}

serialize_as_written!(Event);

/// An experiment under way: an iterator of events, each the result of one short step. After an error it ends.
pub struct Run {
    pub(super) config: ValidConfig,
    pub(super) task: Task,
    dataset: Dataset,
    pub(super) parts: Parts,
    pub(super) state: State,
    stage: Stage,
    training: Training,
    /// Where a rewinding goes back to.
    early: Option<State>,
    /// Which way the last epochs moved the weights.
    pub(super) movement: Vec<f32>,
    way: Option<Way>,
    control: Option<Control>,
    /// Of the network that is pruned first; none before.
    scores: Vec<f32>,
    workspace: Workspace,
    epochs: Vec<Epoch>,
    unpruned: Option<Unpruned>,
    levels: Vec<Level>,
    /// Of the levels, where they are not the trained network without some weights.
    networks: Vec<(Mlp, Mask)>,
    pub(super) curve: Option<Curve>,
    /// With the signed and with the absolute changes of the loss.
    oracle_correlations: [Option<f64>; 2],
    pub(super) comparing: Comparing,
    work: Work,
}

enum Stage {
    Begin,
    Train,
    /// After an epoch, on the validation part.
    Validate(Evaluation),
    /// A network, or that of a level.
    Evaluate(Box<Trial>),
    /// Towards a level.
    Prune,
    /// The unpruned network, for as long as the level's.
    Control,
    EvaluateControl(Box<Trial>),
    Trace(Box<Tracing>),
    Correlate(Box<Oracle>),
    Finish,
    Ended,
}

impl State {
    /// The untrained network of `config`, nothing pruned.
    pub fn initial(config: &ValidConfig) -> Self {
        let (model, train) = (&config.config().model, &config.config().train);
        let mlp = Mlp::init(&config.shape().layer_sizes, model.activation, &mut Generator::new(model.seed));
        State::new(mlp, ShuffledEpochs::new(config.n_train(), train.shuffle_seed))
    }
}

impl Run {
    /// The run that `config` describes, from freshly drawn rows and an untrained network.
    ///
    /// # Errors
    /// A split that leaves a class without a row in some part.
    pub fn from_config(config: ValidConfig) -> Result<Self> {
        let data = config.config().data.generator();
        let dataset = Dataset::classes(data.generate(), data.n_classes());
        let state = State::initial(&config);
        Self::new(config, dataset, state)
    }

    /// The run of `config` on `dataset` from `state` on, whose epochs count as done; early stopping chooses among
    /// those that follow. Panics if their shapes are not the config's.
    ///
    /// # Errors
    /// A split that leaves a class without a row in some part; an epoch to rewind to that is past.
    pub fn new(config: ValidConfig, dataset: Dataset, state: State) -> Result<Self> {
        let sizes: Vec<usize> = state.mlp.layers.iter().map(|layer| layer.weight.ncols()).collect();
        let shape = config.shape();
        assert_eq!(sizes, shape.layer_sizes[..sizes.len()], "the state's layers are the config's");
        assert_eq!(dataset.features.ncols(), shape.n_features, "the data set has the config's features");
        let parts = Parts::new(&config.config().split, &dataset)?;
        if let Some(epoch) = rewind(&config.config().prune).filter(|&epoch| epoch < state.epoch) {
            let problem = format!("must be at least the {} epochs that are done, got {epoch}", state.epoch);
            return Err(Error::invalid("prune.schedule.rewind", problem));
        }
        Ok(Run {
            task: config.task(),
            work: Work::expected(&config, &state, &parts),
            training: Training::new(&config),
            config,
            dataset,
            parts,
            state,
            stage: Stage::Begin,
            early: None,
            movement: Vec::new(),
            way: None,
            control: None,
            scores: Vec::new(),
            workspace: Workspace::default(),
            epochs: Vec::new(),
            unpruned: None,
            levels: Vec::new(),
            networks: Vec::new(),
            curve: None,
            oracle_correlations: [None; 2],
            comparing: Comparing::default(),
        })
    }

    /// The rows as the network sees them.
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Which rows are in the training, the validation and the test part.
    pub fn rows(&self) -> [&[usize]; 3] {
        let rows = &self.parts.rows;
        [&rows.train, &rows.validation, &rows.test]
    }

    /// Where the training stands: parameters, mask, optimiser, random streams.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The exact curve, once it is done; `None` where no one order of removals describes the levels.
    pub fn curve(&self) -> Option<&Curve> {
        self.curve.as_ref()
    }

    /// The network of a level that is done, and what it has lost.
    pub fn network(&self, level: usize) -> Option<(Mlp, Mask)> {
        if !self.prune().is_one_order() {
            return self.networks.get(level).cloned();
        }
        let value = *self.prune().values()[..self.levels.len()].get(level)?;
        let mask = level_mask(self.prune(), &self.state.mlp, &self.scores, value);
        Some((mask.applied(&self.state.mlp), mask))
    }

    /// The effective parameters after each number of removed weights, none and all among them, once the curve is done.
    pub fn effective_params(&self) -> Option<Vec<u32>> {
        Some(effective_params_along(&self.state.mlp, &self.curve()?.removals.order))
    }

    /// The network's curve on the test part, computed again; the loss only `with_loss`.
    pub fn retrace(&self, with_loss: bool) -> Option<Curve> {
        self.curve.as_ref()?;
        Some(Curve::of(self.order(), &self.state.mlp, self.task, &self.parts.test, with_loss))
    }

    /// The right answers on the test part at each level, one network following the other, once the curve is done.
    pub fn sweep(&self) -> Option<Vec<u32>> {
        self.curve.as_ref()?;
        Some(curve::sweep(self.prune(), &self.state.mlp, self.task, &self.scores, &self.parts.test))
    }

    /// The fraction of all multiply-adds that is done, in [0, 1].
    pub fn progress(&self) -> f64 {
        self.work.fraction()
    }

    fn prune(&self) -> &Prune {
        &self.config.config().prune
    }

    fn order(&self) -> Vec<usize> {
        Units::new(self.prune(), &self.state.mlp).order(&self.scores)
    }

    fn step(&mut self) -> Result<Option<Event>> {
        match &self.stage {
            Stage::Begin => {
                self.begin_training();
                self.stage = Stage::Train;
                Ok(Some(Event::Dataset { data: self.summary() }))
            }
            Stage::Train if self.is_trained() => {
                self.end_training()?;
                self.stage = Stage::Evaluate(Box::new(Trial::unpruned(self.task)));
                self.step()
            }
            Stage::Train => self.train().map(Some),
            Stage::Validate(_) => self.validate().map(Some),
            Stage::Evaluate(_) => self.evaluate().map(Some),
            Stage::Prune => self.approach().map(Some),
            Stage::Control => self.train_control().map(Some),
            Stage::EvaluateControl(_) => self.evaluate_control().map(Some),
            Stage::Trace(_) => Ok(Some(self.trace())),
            Stage::Correlate(_) => Ok(Some(self.correlate())),
            Stage::Finish => {
                self.work.finish_all();
                self.stage = Stage::Ended;
                Ok(self.report().map(|report| Event::Done { report: Box::new(report) }))
            }
            Stage::Ended => Ok(None),
        }
    }

    fn require_finite(&self, state: &State) -> Result<()> {
        let diverged = Error::Diverged { what: "a weight", epoch: state.epoch };
        if state.mlp.is_finite() { Ok(()) } else { Err(diverged) }
    }

    /// Follows the network along its curve until the step is long enough.
    fn trace(&mut self) -> Event {
        let Stage::Trace(tracing) = &mut self.stage else { unreachable!("called while tracing") };
        let parts = self.parts.held_out();
        self.curve = tracing.advance(&self.state.mlp, &parts);
        if self.curve.is_none() {
            self.work.within(self.work.curve, tracing.fraction(&parts));
        } else {
            self.work.finish(self.work.curve);
            self.stage = self.after_curve();
        }
        Event::Progress
    }

    fn after_curve(&self) -> Stage {
        if self.prune().oracle { Stage::Correlate(Box::default()) } else { Stage::Finish }
    }

    /// Asks the oracle about the network that was pruned first until the step is long enough.
    fn correlate(&mut self) -> Event {
        let Stage::Correlate(oracle) = &mut self.stage else { unreachable!("called while asking the oracle") };
        let prune = &self.config.config().prune;
        let setting = Setting { prune, task: self.task, parts: &self.parts, early: None };
        let initial = (prune.schedule == Schedule::Initialisation).then(|| State::initial(&self.config));
        let mlp = initial.as_ref().map_or(&self.state.mlp, |state| &state.mlp);
        if let Some(truth) = oracle.advance(&setting.calibration(mlp)) {
            self.oracle_correlations = oracle_correlations(&self.scores, &truth);
            self.stage = Stage::Finish;
        } else {
            self.work.within(self.work.oracle, oracle.fraction(&setting.calibration(mlp)));
        }
        Event::Progress
    }

    fn summary(&self) -> DataSummary {
        let [n_train, n_validation, n_test] = self.rows().map(<[usize]>::len);
        DataSummary { n_train, n_validation, n_test, class_counts: self.dataset.class_counts() }
    }

    fn report(&self) -> Option<Report> {
        Some(Report {
            config: self.config.config().to_json(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            digest: self.digest(),
            config_digest: self.config.digest(),
            data: self.summary(),
            epochs: self.epochs.clone(),
            best_epoch: self.epochs.last().and_then(|epoch| epoch.validation_loss).map(|_| self.state.epoch),
            unpruned: self.unpruned.clone()?,
            levels: self.levels.clone(),
            curve: self.curve.as_ref().map(Curve::summary),
            oracle_correlation: self.oracle_correlations[0],
            absolute_oracle_correlation: self.oracle_correlations[1],
            operating_points: match &self.curve {
                Some(curve) => {
                    let [_, validation, test] = self.rows().map(<[usize]>::len);
                    operating::on_curve(&self.state.mlp, curve, [test, validation])
                }
                None => operating::among_levels(&self.levels),
            },
        })
    }

    fn digest(&self) -> String {
        let mut digest = Digest::default();
        digest.f32s(&self.dataset.features);
        digest.integers(self.dataset.labels().iter().copied());
        self.rows().into_iter().for_each(|rows| digest.integers(rows.iter().copied()));
        self.state.mlp.params().for_each(|params| digest.f32s(params));
        digest.f64s(self.epochs.iter().map(|epoch| epoch.train_loss));
        self.levels.iter().for_each(|level| digest.integers([level.nonzero_params, level.scores.test_correct]));
        digest.finish()
    }
}

impl Iterator for Run {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.stage = Stage::Ended;
        }
        step.transpose()
    }
}

/// The epoch that `prune` rewinds to.
fn rewind(prune: &Prune) -> Option<usize> {
    match prune.schedule {
        Schedule::Iterative(Iterative { rewind, .. }) => rewind,
        _ => None,
    }
}
