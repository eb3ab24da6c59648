//! `sklearn.datasets.make_classification`: Gaussian clusters on the vertices of a hypercube. Floor 1.
//!
//! This file says which parameters there are and which are allowed; `draw` makes the samples.
//!
//! Invariant: what [`Classification::check`] allows is drawn without a panic, with features finite in f32.

mod draw;

use super::limits::{self, MAX_CLUSTERS, MAX_MULTIPLY_ADDS};
use super::{Generate, OneOrEach, Samples};
use crate::error::{Error, Result, require};
use crate::read::json_fields;

/// The parameters of `make_classification`, under its names.
///
/// Columns are, before shuffling: informative, redundant (mixtures of those), repeated, noise.
///
/// # Source
/// `sklearn/datasets/_samples_generator.py`.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    pub n_samples: usize,
    pub n_features: usize,
    pub n_informative: usize,
    pub n_redundant: usize,
    pub n_repeated: usize,
    pub n_classes: usize,
    pub n_clusters_per_class: usize,
    /// The share of each class; the last one may be left out. `None`: equal shares.
    pub weights: Option<Vec<f64>>,
    /// The fraction of samples whose label is drawn anew, in [0, 1]; some keep it by chance.
    pub flip_y: f64,
    /// Half the side of the hypercube, above 0.
    pub class_sep: f64,
    pub hypercube: bool,
    /// Added to each feature; `None`: drawn from [−class_sep, class_sep).
    pub shift: Option<OneOrEach<f64>>,
    /// Multiplies each feature after the shift; `None`: drawn from [1, 101).
    pub scale: Option<OneOrEach<f64>>,
    /// Whether rows and columns are shuffled.
    pub shuffle: bool,
    pub random_state: u32,
}

json_fields!(Classification { n_samples, n_features, n_informative, n_redundant, n_repeated, n_classes, n_clusters_per_class, weights, flip_y, class_sep, hypercube, shift, scale, shuffle, random_state } over its defaults);

impl Default for Classification {
    fn default() -> Self {
        Classification {
            n_samples: 100,
            n_features: 20,
            n_informative: 2,
            n_redundant: 2,
            n_repeated: 0,
            n_classes: 2,
            n_clusters_per_class: 2,
            weights: None,
            flip_y: 0.01,
            class_sep: 1.0,
            hypercube: true,
            shift: Some(OneOrEach::One(0.0)),
            scale: Some(OneOrEach::One(1.0)),
            shuffle: true,
            random_state: 42,
        }
    }
}

impl Generate for Classification {
    fn n_classes(&self) -> usize {
        self.n_classes
    }

    fn n_features(&self) -> usize {
        self.n_features
    }

    fn total_samples(&self) -> usize {
        self.n_samples
    }

    fn check(&self) -> Result<()> {
        limits::at_least(2, "n_samples", self.n_samples)?;
        limits::at_least(1, "n_features", self.n_features)?;
        limits::at_least(1, "n_informative", self.n_informative)?;
        limits::at_least(2, "n_classes", self.n_classes)?;
        limits::at_least(1, "n_clusters_per_class", self.n_clusters_per_class)?;
        limits::fits("n_samples", "features", self.n_samples, self.n_features)?;
        self.check_columns()?;
        self.check_clusters()?;
        self.check_work()?;
        self.check_weights()?;
        require((0.0..=1.0).contains(&self.flip_y), "flip_y", "in [0, 1]", self.flip_y)?;
        limits::positive("class_sep", self.class_sep)?;
        if let Some(shift) = &self.shift {
            limits::one_for_each("shift", shift, self.n_features, "feature")?;
            shift.values().iter().try_for_each(|&value| limits::finite("shift", value))?;
        }
        match &self.scale {
            None => Ok(()),
            Some(OneOrEach::One(scale)) => limits::positive("scale", *scale),
            Some(scale) => {
                limits::one_for_each("scale", scale, self.n_features, "feature")?;
                scale.values().iter().try_for_each(|&value| limits::finite("scale", value))
            }
        }
    }

    fn generate(&self) -> Samples {
        self.draw()
    }
}

impl Classification {
    fn check_columns(&self) -> Result<()> {
        let used = self.n_informative.saturating_add(self.n_redundant).saturating_add(self.n_repeated);
        if used <= self.n_features {
            return Ok(());
        }
        let rule = format!("+ n_redundant + n_repeated must be at most n_features = {}, got {used}", self.n_features);
        Err(Error::invalid("n_informative", rule))
    }

    fn check_clusters(&self) -> Result<()> {
        let clusters = (self.n_classes as u64).saturating_mul(self.n_clusters_per_class as u64);
        let refuse = |most: String| {
            Err(Error::invalid("n_classes", format!("× n_clusters_per_class must be at most {most}, got {clusters}")))
        };
        if clusters > MAX_CLUSTERS {
            return refuse(MAX_CLUSTERS.to_string());
        }
        // MAX_CLUSTERS is far below 2^31, so that a larger exponent allows any number that is left.
        let vertices = 1_u64 << self.n_informative.min(31);
        if clusters > vertices {
            return refuse(format!("2^n_informative = {vertices}"));
        }
        Ok(())
    }

    /// Rows are mixed by matrices, which nothing can interrupt.
    fn check_work(&self) -> Result<()> {
        let clusters = self.n_classes as u64 * self.n_clusters_per_class as u64;
        let [samples, informative, redundant] =
            [self.n_samples, self.n_informative, self.n_redundant].map(|count| count as u64);
        let mixed = samples.saturating_mul(informative).saturating_mul(informative + redundant);
        let work = mixed.saturating_add(clusters.saturating_mul(informative).saturating_mul(informative));
        let allowed = format_args!("such that mixing takes at most {MAX_MULTIPLY_ADDS} multiply-adds").to_string();
        require(work <= MAX_MULTIPLY_ADDS, "n_informative", allowed, format_args!("{informative} with {work}"))
    }

    fn check_weights(&self) -> Result<()> {
        let Some(weights) = &self.weights else { return Ok(()) };
        let (given, n_classes) = (weights.len(), self.n_classes);
        let allowed = format_args!("a list of {n_classes} or {} shares", n_classes - 1).to_string();
        require(given == n_classes || given == n_classes - 1, "weights", allowed, given)?;
        if let Some(bad) = weights.iter().find(|w| !(0.0..=f64::MAX).contains(*w)) {
            return Err(Error::invalid("weights", format!("must each be at least 0, got {bad}")));
        }
        let sum: f64 = weights.iter().sum();
        if sum > 1.0 + 1e-6 || (given == n_classes && sum < 1.0 - 1e-6) {
            let rule = if given == n_classes { "to 1" } else { "to at most 1" };
            return Err(Error::invalid("weights", format!("must sum {rule}, got {sum}")));
        }
        Ok(())
    }

    /// The samples drawn for each cluster, in order of the clusters; cluster k has class k mod n_classes.
    pub fn cluster_sizes(&self) -> Vec<usize> {
        let shares = self.shares();
        let clusters = self.n_classes * self.n_clusters_per_class;
        let share_of = |k: usize| self.n_samples as f64 * shares[k % self.n_classes] / self.n_clusters_per_class as f64;
        // The cast truncates; a share of less than nothing, left over by rounding, becomes 0.
        let mut sizes: Vec<usize> = (0..clusters).map(|k| share_of(k) as usize).collect();
        let missing = self.n_samples.saturating_sub(sizes.iter().sum());
        for i in 0..missing {
            sizes[i % clusters] += 1;
        }
        sizes
    }

    fn shares(&self) -> Vec<f64> {
        match &self.weights {
            None => vec![1.0 / self.n_classes as f64; self.n_classes],
            Some(weights) if weights.len() == self.n_classes => weights.clone(),
            Some(weights) => {
                let rest = 1.0 - weights.iter().sum::<f64>();
                weights.iter().copied().chain([rest]).collect()
            }
        }
    }
}
