//! One run, a short step at a time.

use serde::Serialize;

use super::check::ValidConfig;
use super::curve::{self, Curve, Tracing};
use super::digest::Digest;
use super::parts::Parts;
use super::report::{DataSummary, EpochLoss, Level, Report, Unpruned};
use super::sweep::Cut;
use super::trial::Trial;
use super::work::Work;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::nn::{Evaluation, Mlp, State, Task, Trainer, Workspace};
use crate::prune::{effective_params, effective_params_along};
use crate::random::{Generator, ShuffledEpochs};

/// A step ends when about this many multiply-adds are done: a few milliseconds.
const STEP_MULTIPLY_ADDS: usize = 20_000_000;

/// What a run has to tell, in this order; `Progress` comes in between, any number of times.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    Dataset {
        data: DataSummary,
    },
    Epoch(EpochLoss),
    /// A step after which there is only [`Run::progress`] to tell.
    Progress,
    Unpruned {
        unpruned: Unpruned,
    },
    Level {
        index: usize,
        level: Level,
    },
    Done {
        report: Box<Report>,
    },
}

/// An experiment under way: an iterator of events, each the result of one short step. After an error it ends.
pub struct Run {
    config: ValidConfig,
    task: Task,
    dataset: Dataset,
    parts: Parts,
    state: State,
    stage: Stage,
    workspace: Workspace,
    epochs: Vec<EpochLoss>,
    unpruned: Option<Unpruned>,
    levels: Vec<Level>,
    curve: Option<Curve>,
    work: Work,
}

enum Stage {
    Begin,
    Train { trainer: Box<Trainer>, batch_losses: Vec<f64> },
    Evaluate(Box<Trial>),
    Trace(Box<Tracing>),
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

    /// The run of `config` on `dataset` from `state` on, whose epochs count as done. Panics if their shapes are not
    /// the config's.
    ///
    /// # Errors
    /// A split that leaves a class without a row in some part.
    pub fn new(config: ValidConfig, dataset: Dataset, state: State) -> Result<Self> {
        let sizes: Vec<usize> = state.mlp.layers.iter().map(|layer| layer.weight.ncols()).collect();
        let shape = config.shape();
        assert_eq!(sizes, shape.layer_sizes[..sizes.len()], "the state's layers are the config's");
        assert_eq!(dataset.features.ncols(), shape.n_features, "the data set has the config's features");
        let parts = Parts::new(&config.config().split, &dataset)?;
        Ok(Run {
            task: config.task(),
            work: Work::expected(&config, &state, &parts),
            config,
            dataset,
            parts,
            state,
            stage: Stage::Begin,
            workspace: Workspace::default(),
            epochs: Vec::new(),
            unpruned: None,
            levels: Vec::new(),
            curve: None,
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

    /// The exact curve, once it is done.
    pub fn curve(&self) -> Option<&Curve> {
        self.curve.as_ref()
    }

    /// The effective parameters after each number of removed weights, none and all among them, once the curve is done.
    pub fn effective_params(&self) -> Option<Vec<u32>> {
        Some(effective_params_along(&self.state.mlp, &self.curve()?.removals.order))
    }

    /// The network's curve on the test part, computed again; the loss only `with_loss`.
    pub fn retrace(&self, with_loss: bool) -> Curve {
        Curve::of(&self.config.config().prune, &self.state.mlp, self.task, &self.parts.test, with_loss)
    }

    /// The right answers on the test part at each level that removes a prefix of the curve's order, one network
    /// following the other.
    pub fn sweep(&self) -> Result<Vec<u32>> {
        curve::sweep(&self.config.config().prune, &self.state.mlp, self.task, &self.parts.test)
    }

    /// The fraction of all multiply-adds that is done, in [0, 1].
    pub fn progress(&self) -> f64 {
        self.work.fraction()
    }

    fn step(&mut self) -> Result<Option<Event>> {
        match &self.stage {
            Stage::Begin => {
                let train = &self.config.config().train;
                let trainer = Box::new(Trainer::new(self.task, train.optimizer.clone(), train.batch_size));
                self.stage = Stage::Train { trainer, batch_losses: Vec::new() };
                Ok(Some(Event::Dataset { data: self.summary() }))
            }
            Stage::Train { .. } if self.state.epoch >= self.config.config().train.epochs => {
                if !self.state.mlp.is_finite() {
                    return Err(Error::Diverged { what: "a weight", epoch: self.state.epoch });
                }
                self.stage = Stage::Evaluate(Box::new(Trial::unpruned(self.task)));
                self.step()
            }
            Stage::Train { .. } => self.train().map(Some),
            Stage::Evaluate(_) => self.evaluate().map(Some),
            Stage::Trace(_) => Ok(Some(self.trace())),
            Stage::Finish => {
                self.stage = Stage::Ended;
                Ok(self.report().map(|report| Event::Done { report: Box::new(report) }))
            }
            Stage::Ended => Ok(None),
        }
    }

    /// Trains until an epoch ends or the step is long enough.
    fn train(&mut self) -> Result<Event> {
        let Stage::Train { trainer, batch_losses } = &mut self.stage else { unreachable!("called while training") };
        let epoch = self.state.epoch + 1;
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            spent += Trainer::step_cost(&self.state.mlp);
            let Some(batch) = trainer.advance(&mut self.state, &self.parts.train) else { continue };
            if !batch.loss.is_finite() {
                return Err(Error::Diverged { what: "the loss", epoch });
            }
            batch_losses.push(batch.loss);
            if batch.last {
                let epoch =
                    EpochLoss { epoch, train_loss: batch_losses.iter().sum::<f64>() / batch_losses.len() as f64 };
                batch_losses.clear();
                self.epochs.push(epoch);
                self.work.finish_epoch();
                return Ok(Event::Epoch(epoch));
            }
        }
        self.work.within_epoch(trainer.rows_done() as f64 / self.parts.train.n_rows() as f64);
        Ok(Event::Progress)
    }

    /// Evaluates until the network at hand is done on all parts or the step is long enough.
    fn evaluate(&mut self) -> Result<Event> {
        let Stage::Evaluate(trial) = &mut self.stage else { unreachable!("called while evaluating") };
        let mlp = &self.state.mlp;
        let mut spent = 0;
        while spent < STEP_MULTIPLY_ADDS {
            spent += Evaluation::step_cost(mlp);
            let Some(scores) = trial.advance(mlp, &self.parts, &mut self.workspace) else { continue };
            if !scores.test_loss.is_finite() || scores.validation_loss.is_some_and(|loss| !loss.is_finite()) {
                return Err(Error::Diverged { what: "the loss on rows held out", epoch: self.state.epoch });
            }
            self.work.finish_evaluation();
            let event = match &trial.cut {
                None => {
                    let (total_params, nonzero_params) = (mlp.total_params(), mlp.nonzero_params());
                    let effective_params = effective_params(mlp);
                    let unpruned = Unpruned { total_params, nonzero_params, effective_params, scores };
                    self.unpruned = Some(unpruned.clone());
                    Event::Unpruned { unpruned }
                }
                Some(cut) => {
                    let (index, level) = (self.levels.len(), cut.level(scores));
                    self.levels.push(level.clone());
                    Event::Level { index, level }
                }
            };
            self.stage = self.next_trial()?;
            return Ok(event);
        }
        Ok(Event::Progress)
    }

    fn next_trial(&self) -> Result<Stage> {
        let prune = &self.config.config().prune;
        Ok(match prune.levels.values().get(self.levels.len()) {
            Some(&value) => Stage::Evaluate(Box::new(Trial::of(Cut::new(prune, &self.state.mlp, value)?, self.task))),
            None => Stage::Trace(Box::new(Tracing::new(prune, &self.state.mlp, self.task, true))),
        })
    }

    /// Follows the network along its curve until the step is long enough.
    fn trace(&mut self) -> Event {
        let Stage::Trace(tracing) = &mut self.stage else { unreachable!("called while tracing") };
        let parts = self.parts.held_out();
        self.curve = tracing.advance(&self.state.mlp, &parts);
        self.work.within_curve(if self.curve.is_some() { 1.0 } else { tracing.fraction(&parts) });
        if self.curve.is_some() {
            self.stage = Stage::Finish;
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
            unpruned: self.unpruned.clone()?,
            levels: self.levels.clone(),
            curve: self.curve.as_ref()?.summary(),
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
