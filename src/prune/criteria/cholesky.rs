//! Systems of linear equations that are symmetric and positive definite, in double precision.
//!
//! Order of summation: four partial sums, term t in the sum t mod 4, added in pairs at the end.

/// The factor L of a matrix A = L·Lᵀ.
pub(super) struct Cholesky {
    /// (n, n) row-major; what lies above the diagonal is never read.
    factor: Vec<f64>,
    n: usize,
}

impl Cholesky {
    /// The factor of `matrix` = B + `floor`·I with B positive semidefinite, of which the lower triangle is read.
    ///
    /// Every square on the diagonal of L is then at least `floor`, and is held to it where rounding says less.
    ///
    /// # Shapes
    /// `matrix`: (n, n), row-major.
    pub fn new(mut matrix: Vec<f64>, n: usize, floor: f64) -> Self {
        assert_eq!(matrix.len(), n * n, "a square matrix");
        for i in 0..n {
            let (above, row) = matrix.split_at_mut(i * n);
            for j in 0..i {
                let other = &above[j * n..=j * n + j];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            }
            row[i] = (row[i] - dot(&row[..i], &row[..i])).max(floor).sqrt();
        }
        Cholesky { factor: matrix, n }
    }

    /// `b` becomes L⁻¹·b, `b` being 0 before place `first`.
    fn forward(&self, b: &mut [f64], first: usize) {
        for i in first..self.n {
            let row = &self.factor[i * self.n..=i * self.n + i];
            b[i] = (b[i] - dot(&row[first..i], &b[first..i])) / row[i];
        }
    }

    /// `b` becomes A⁻¹·b.
    pub fn solve(&self, b: &mut [f64]) {
        self.solve_from(b, 0);
    }

    fn solve_from(&self, b: &mut [f64], first: usize) {
        self.forward(b, first);
        // Lᵀ·x = b, from the last on.
        for i in (0..self.n).rev() {
            let row = &self.factor[i * self.n..=i * self.n + i];
            let x = b[i] / row[i];
            b[i] = x;
            b[..i].iter_mut().zip(row).for_each(|(b, l)| *b -= l * x);
        }
    }

    /// A⁻¹, row-major.
    pub fn inverse(&self) -> Vec<f64> {
        let mut inverse = vec![0.0; self.n * self.n];
        for (q, row) in inverse.chunks_exact_mut(self.n).enumerate() {
            row[q] = 1.0;
            self.solve_from(row, q);
        }
        inverse
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (quads_a, rest_a) = a.as_chunks::<4>();
    let (quads_b, rest_b) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in quads_a.iter().zip(quads_b) {
        sums = std::array::from_fn(|i| sums[i] + a[i] * b[i]);
    }
    sums.iter_mut().zip(rest_a.iter().zip(rest_b)).for_each(|(sum, (a, b))| *sum += a * b);
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}
