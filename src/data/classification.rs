//! `sklearn.datasets.make_classification`: Gaussian clusters on the vertices of a hypercube. Floor 1.
//!
//! Invariant: draws are made in scikit-learn's order, each product is the chain c = fma(x_k, a_k, c) with k ascending.
//! Its BLAS computes the same chain for at most 7 informative features, more or fewer than one redundant feature and at
//! least two rows a cluster; elsewhere f64 features may differ in the last bits, f32 features do not.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, s};
use serde::{Deserialize, Serialize};

use super::limits::{self, MAX_CLUSTERS};
use super::{OneOrEach, Samples};
use crate::error::{Error, Result, require};
use crate::random::RandomState;

/// The parameters of `make_classification`, under its names.
///
/// Columns are, before shuffling: informative, redundant (mixtures of those), repeated, noise.
///
/// # Source
/// `sklearn/datasets/_samples_generator.py`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
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
    /// The share of labels drawn anew. Below 0 nothing is drawn for it; at 0 the draws are made and change nothing.
    pub flip_y: f64,
    /// Half the side of the hypercube.
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

impl Classification {
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    pub fn n_features(&self) -> usize {
        self.n_features
    }

    pub fn total_samples(&self) -> usize {
        self.n_samples
    }

    /// `Ok` when [`generate`](Self::generate) can draw from these parameters.
    ///
    /// # Errors
    /// The first parameter that has to be changed.
    pub fn check(&self) -> Result<()> {
        limits::at_least(2, "n_samples", self.n_samples)?;
        limits::at_least(1, "n_features", self.n_features)?;
        limits::at_least(1, "n_informative", self.n_informative)?;
        limits::at_least(2, "n_classes", self.n_classes)?;
        limits::at_least(1, "n_clusters_per_class", self.n_clusters_per_class)?;
        limits::fits("n_samples", "features", self.n_samples, self.n_features)?;
        self.check_columns()?;
        self.check_clusters()?;
        self.check_weights()?;
        require(self.flip_y.is_finite() && self.flip_y <= 1.0, "flip_y", "finite and at most 1", self.flip_y)?;
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

    fn check_columns(&self) -> Result<()> {
        let used = self.n_informative.saturating_add(self.n_redundant).saturating_add(self.n_repeated);
        if used <= self.n_features {
            return Ok(());
        }
        let rule = format!("+ n_redundant + n_repeated must be at most n_features = {}, got {used}", self.n_features);
        Err(Error::invalid("n_informative", rule))
    }

    fn check_clusters(&self) -> Result<()> {
        let clusters = self.n_classes.saturating_mul(self.n_clusters_per_class);
        let refuse = |most: String| {
            Err(Error::invalid("n_classes", format!("× n_clusters_per_class must be at most {most}, got {clusters}")))
        };
        if clusters > MAX_CLUSTERS {
            return refuse(MAX_CLUSTERS.to_string());
        }
        // MAX_CLUSTERS is far below 2^31, so that a larger exponent allows any number that is left.
        let vertices = 1_usize << self.n_informative.min(31);
        if clusters > vertices {
            return refuse(format!("2^n_informative = {vertices}"));
        }
        let mixing_rows = clusters.saturating_mul(self.n_informative);
        limits::fits("n_informative", "mixing matrices of all clusters", mixing_rows, self.n_informative)
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

    /// The samples of checked parameters.
    pub fn generate(&self) -> Samples {
        let mut stream = RandomState::new(self.random_state);
        let mut samples = self.clusters(&mut stream);
        self.fill_other_columns(&mut samples.x, &mut stream);
        self.flip_labels(&mut samples.y, &mut stream);
        self.shift_and_scale(&mut samples.x, &mut stream);
        if self.shuffle {
            samples = samples.reordered(&stream.permutation(self.n_samples));
            let columns = stream.permutation(self.n_features);
            samples.x = Array2::from_shape_fn(samples.x.raw_dim(), |(i, j)| samples.x[[i, columns[j]]]);
        }
        samples
    }

    /// Labels and informative columns: each cluster a standard normal, mixed by a matrix of its own, about its centroid.
    fn clusters(&self, stream: &mut RandomState) -> Samples {
        let d = self.n_informative;
        let centroids = self.centroids(stream);
        let mut x = Array2::zeros((self.n_samples, self.n_features));
        fill_normal(x.slice_mut(s![.., ..d]), stream);
        let mut y = vec![0; self.n_samples];
        let mut start = 0;
        for (k, size) in self.cluster_sizes().into_iter().enumerate() {
            let end = (start + size).min(self.n_samples);
            y[start..end].fill(k % self.n_classes);
            let mixing = uniform_signed(d, d, stream);
            let mut rows = x.slice_mut(s![start..end, ..d]);
            let mixed = product(rows.view(), mixing.view()) + centroids.row(k);
            rows.assign(&mixed);
            start = end;
        }
        Samples { x, y }
    }

    /// A vertex of the hypercube for each cluster, (n_clusters, n_informative); off the vertices without `hypercube`.
    fn centroids(&self, stream: &mut RandomState) -> Array2<f64> {
        let clusters = self.n_classes * self.n_clusters_per_class;
        let side = 2.0 * self.class_sep;
        let mut centroids = vertices(clusters, self.n_informative, stream).mapv(|bit| bit * side - self.class_sep);
        if !self.hypercube {
            let by_cluster: Array1<f64> = (0..clusters).map(|_| stream.random_sample()).collect();
            let by_feature: Array1<f64> = (0..self.n_informative).map(|_| stream.random_sample()).collect();
            centroids *= &by_cluster.insert_axis(Axis(1));
            centroids *= &by_feature;
        }
        centroids
    }

    /// Redundant, repeated and noise columns, in this order.
    fn fill_other_columns(&self, x: &mut Array2<f64>, stream: &mut RandomState) {
        let d = self.n_informative;
        let useful = d + self.n_redundant;
        if self.n_redundant > 0 {
            let mixing = uniform_signed(d, self.n_redundant, stream);
            let redundant = product(x.slice(s![.., ..d]), mixing.view());
            x.slice_mut(s![.., d..useful]).assign(&redundant);
        }
        let draw_column = |_| ((useful - 1) as f64 * stream.random_sample() + 0.5) as usize;
        let sources: Vec<usize> = (0..self.n_repeated).map(draw_column).collect();
        for (repeat, source) in sources.into_iter().enumerate() {
            let column = x.column(source).to_owned();
            x.column_mut(useful + repeat).assign(&column);
        }
        fill_normal(x.slice_mut(s![.., useful + self.n_repeated..]), stream);
    }

    /// Draws the labels of a share of the rows anew; a new label may be the old one.
    fn flip_labels(&self, y: &mut [usize], stream: &mut RandomState) {
        if self.flip_y >= 0.0 {
            let flipped: Vec<bool> = y.iter().map(|_| stream.random_sample() < self.flip_y).collect();
            for (label, _) in y.iter_mut().zip(flipped).filter(|(_, flipped)| *flipped) {
                *label = stream.randint(self.n_classes as u64) as usize;
            }
        }
    }

    fn shift_and_scale(&self, x: &mut Array2<f64>, stream: &mut RandomState) {
        let n = self.n_features;
        let shift: Array1<f64> = match &self.shift {
            None => (0..n).map(|_| (2.0 * stream.random_sample() - 1.0) * self.class_sep).collect(),
            Some(shift) => (0..n).map(|j| shift.at(j)).collect(),
        };
        let scale: Array1<f64> = match &self.scale {
            None => (0..n).map(|_| 1.0 + 100.0 * stream.random_sample()).collect(),
            Some(scale) => (0..n).map(|j| scale.at(j)).collect(),
        };
        *x += &shift;
        *x *= &scale;
    }
}

/// `count` different vertices of the unit hypercube, (count, dimensions), of zeros and ones, most significant bit first.
///
/// Beyond 30 dimensions the leading ones are drawn bit by bit.
fn vertices(count: usize, dimensions: usize, stream: &mut RandomState) -> Array2<f64> {
    let drawn_singly = dimensions.saturating_sub(30);
    let numbered = dimensions - drawn_singly;
    let mut bits = Array2::zeros((count, dimensions));
    bits.slice_mut(s![.., ..drawn_singly]).iter_mut().for_each(|bit| *bit = stream.randint(2) as f64);
    let numbers = stream.sample_without_replacement(1 << numbered, count);
    for (mut row, number) in bits.rows_mut().into_iter().zip(numbers) {
        for place in 0..numbered {
            row[drawn_singly + place] = (number >> (numbered - 1 - place) & 1) as f64;
        }
    }
    bits
}

fn fill_normal(mut block: ArrayViewMut2<f64>, stream: &mut RandomState) {
    block.iter_mut().for_each(|value| *value = stream.standard_normal());
}

/// Numbers in [−1, 1), (rows, columns), drawn row by row.
fn uniform_signed(rows: usize, columns: usize, stream: &mut RandomState) -> Array2<f64> {
    Array2::from_shape_simple_fn((rows, columns), || 2.0 * stream.random_sample() - 1.0)
}

/// rows · matrix, each element the chain c = fma(row_k, matrix_kj, c) from 0, k ascending.
///
/// # Shapes
/// `rows`: (n, d); `matrix`: (d, m); result: (n, m).
fn product(rows: ArrayView2<f64>, matrix: ArrayView2<f64>) -> Array2<f64> {
    let mut out = Array2::zeros((rows.nrows(), matrix.ncols()));
    for (row, mut sums) in rows.rows().into_iter().zip(out.rows_mut()) {
        for (&factor, coefficients) in row.iter().zip(matrix.rows()) {
            sums.zip_mut_with(&coefficients, |sum, &coefficient| *sum = factor.mul_add(coefficient, *sum));
        }
    }
    out
}
