//! The draws of a classification, in scikit-learn's order. Floor 1.
//!
//! Invariant: each product is the chain c = fma(x_k, a_k, c) from 0 with k ascending. scikit-learn's BLAS computes the
//! same chain for at most 7 informative features, no or several redundant ones and at least two rows a cluster;
//! elsewhere f64 features may differ in the last bits, f32 features do not.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, s};

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
