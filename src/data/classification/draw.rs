//! The draws of a classification, in scikit-learn's order. Floor 1.
//!
//! Invariant: each product is the chain c = fma(x_k, a_k, c) from 0 with k ascending. scikit-learn's BLAS computes the
//! same chain for at most 7 informative features, no or several redundant ones and at least two rows a cluster;
//! elsewhere f64 features may differ in the last bits, f32 features do not.

use std::slice::ChunksExactMut;

use ndarray::Array2;

use super::Classification;
use crate::data::Samples;
use crate::random::RandomState;

impl Classification {
    /// The samples of checked parameters.
    pub(super) fn draw(&self) -> Samples {
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
        rows(&mut x).for_each(|row| fill_normal(&mut row[..d], stream));
        let mut y = vec![0; self.n_samples];
        let mut left = rows(&mut x).zip(&mut y);
        let mut mixed = vec![0.0; d];
        for (k, size) in self.cluster_sizes().into_iter().enumerate() {
            let mixing = uniform_signed(d * d, stream);
            for (row, label) in left.by_ref().take(size) {
                *label = k % self.n_classes;
                product(&row[..d], &mixing, &mut mixed);
                row.iter_mut()
                    .zip(&mixed)
                    .zip(&centroids[k])
                    .for_each(|((value, mixed), center)| *value = mixed + center);
            }
        }
        Samples { x, y }
    }

    /// A vertex of the hypercube for each cluster, n_informative coordinates each; off the vertices without `hypercube`.
    fn centroids(&self, stream: &mut RandomState) -> Vec<Vec<f64>> {
        let clusters = self.n_classes * self.n_clusters_per_class;
        let side = 2.0 * self.class_sep;
        let mut centroids = vertices(clusters, self.n_informative, stream);
        centroids.iter_mut().flatten().for_each(|bit| *bit = *bit * side - self.class_sep);
        if !self.hypercube {
            let by_cluster: Vec<f64> = (0..clusters).map(|_| stream.random_sample()).collect();
            let by_feature: Vec<f64> = (0..self.n_informative).map(|_| stream.random_sample()).collect();
            for (centroid, cluster) in centroids.iter_mut().zip(by_cluster) {
                centroid.iter_mut().zip(&by_feature).for_each(|(value, feature)| *value = *value * cluster * feature);
            }
        }
        centroids
    }

    /// Redundant, repeated and noise columns, in this order.
    fn fill_other_columns(&self, x: &mut Array2<f64>, stream: &mut RandomState) {
        let d = self.n_informative;
        let useful = d + self.n_redundant;
        if self.n_redundant > 0 {
            let mixing = uniform_signed(d * self.n_redundant, stream);
            for row in rows(x) {
                let (informative, others) = row.split_at_mut(d);
                product(informative, &mixing, &mut others[..self.n_redundant]);
            }
        }
        let draw_column = |_| ((useful - 1) as f64 * stream.random_sample() + 0.5) as usize;
        let sources: Vec<usize> = (0..self.n_repeated).map(draw_column).collect();
        for row in rows(x) {
            sources.iter().enumerate().for_each(|(repeat, &source)| row[useful + repeat] = row[source]);
            fill_normal(&mut row[useful + self.n_repeated..], stream);
        }
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
        let shift: Vec<f64> = match &self.shift {
            None => (0..n).map(|_| (2.0 * stream.random_sample() - 1.0) * self.class_sep).collect(),
            Some(shift) => (0..n).map(|j| shift.at(j)).collect(),
        };
        let scale: Vec<f64> = match &self.scale {
            None => (0..n).map(|_| 1.0 + 100.0 * stream.random_sample()).collect(),
            Some(scale) => (0..n).map(|j| scale.at(j)).collect(),
        };
        for row in rows(x) {
            for ((value, shift), scale) in row.iter_mut().zip(&shift).zip(&scale) {
                *value = (*value + shift) * scale;
            }
        }
    }
}

/// `count` different vertices of the unit hypercube, `dimensions` zeros and ones each, most significant bit first.
///
/// Beyond 30 dimensions the leading ones are drawn bit by bit.
fn vertices(count: usize, dimensions: usize, stream: &mut RandomState) -> Vec<Vec<f64>> {
    let drawn_singly = dimensions.saturating_sub(30);
    let numbered = dimensions - drawn_singly;
    let mut leading = || (0..drawn_singly).map(|_| stream.randint(2) as f64).collect();
    let mut vertices: Vec<Vec<f64>> = (0..count).map(|_| leading()).collect();
    for (vertex, number) in vertices.iter_mut().zip(stream.sample_without_replacement(1 << numbered, count)) {
        vertex.extend((0..numbered).rev().map(|place| (number >> place & 1) as f64));
    }
    vertices
}

/// The rows of `x`.
fn rows(x: &mut Array2<f64>) -> ChunksExactMut<'_, f64> {
    let width = x.ncols();
    x.as_slice_mut().expect("row-major features").chunks_exact_mut(width)
}

fn fill_normal(values: &mut [f64], stream: &mut RandomState) {
    values.iter_mut().for_each(|value| *value = stream.standard_normal());
}

/// `count` numbers in [−1, 1).
fn uniform_signed(count: usize, stream: &mut RandomState) -> Vec<f64> {
    (0..count).map(|_| 2.0 * stream.random_sample() - 1.0).collect()
}

/// Fills `out` with row · matrix, each element the chain c = fma(row_k, matrix_kj, c) from 0, k ascending.
///
/// # Shapes
/// `row`: (d); `matrix`: (d, m), row-major; `out`: (m).
fn product(row: &[f64], matrix: &[f64], out: &mut [f64]) {
    out.fill(0.0);
    for (&factor, coefficients) in row.iter().zip(matrix.chunks_exact(out.len())) {
        out.iter_mut().zip(coefficients).for_each(|(sum, &coefficient)| *sum = factor.mul_add(coefficient, *sum));
    }
}
