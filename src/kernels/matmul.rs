//! `C += A·Bᵀ` in single precision, written so that the compiler vectorises it.
//!
//! Both factors are first copied into panels: `[⌈rows/W⌉][depth][W]`, the last one padded with zeros, so that the
//! inner loop reads memory in order and keeps a 4×8 tile of C in registers. The tile's shape and the rolled depth
//! loop are what WebAssembly engines turn into the fastest code; larger tiles spill. Each element of C is one
//! running sum over the depth in ascending order, added to what C held.

/// Rows of C in a tile.
const TALL: usize = 4;
/// Columns of C in a tile: two 128-bit registers.
const WIDE: usize = 8;

/// A borrowed matrix (rows × cols) whose element (i, j) is `data[i * row_stride + j * col_stride]`; one stride is 1.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

impl<'a> Matrix<'a> {
    /// The row-major matrix (rows × cols) in `data`. Panics unless `data.len() == rows * cols`.
    pub fn row_major(data: &'a [f32], rows: usize, cols: usize) -> Self {
        assert_eq!(data.len(), rows * cols, "a {rows} × {cols} matrix");
        Matrix { data, rows, cols, row_stride: cols, col_stride: 1 }
    }

    /// The transposed view (cols × rows) of the same memory.
    pub fn transposed(self) -> Self {
        let Matrix { data, rows, cols, row_stride, col_stride } = self;
        Matrix { data, rows: cols, cols: rows, row_stride: col_stride, col_stride: row_stride }
    }
}

/// The product and its two packing buffers, kept so that repeated products allocate nothing new.
#[derive(Default)]
pub struct Matmul {
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Matmul {
    /// Adds `a · bᵀ` to `c`.
    ///
    /// # Shapes
    /// `a`: (m, k), `b`: (n, k), `c`: (m, n) row-major. Panics when they do not agree.
    pub fn add_product(&mut self, a: Matrix, b: Matrix, c: &mut [f32]) {
        let (m, n, depth) = (a.rows, b.rows, a.cols);
        assert_eq!(b.cols, depth, "a is {m} × {depth}, b is {n} × {}", b.cols);
        assert_eq!(c.len(), m * n, "c is {m} × {n}");
        if m == 0 || n == 0 || depth == 0 {
            return;
        }
        pack::<TALL>(a, &mut self.left);
        pack::<WIDE>(b, &mut self.right);
        for (c, left) in c.chunks_mut(TALL * n).zip(self.left.chunks_exact(TALL * depth)) {
            for (panel, right) in self.right.chunks_exact(WIDE * depth).enumerate() {
                let sums = tile(left, right);
                for (c, sums) in c.chunks_exact_mut(n).zip(&sums) {
                    add(&mut c[panel * WIDE..], sums);
                }
            }
        }
    }
}

/// Adds a tile's row to as much of it as C has. The full width is known to the compiler, which vectorises it.
fn add(c: &mut [f32], sums: &[f32; WIDE]) {
    match c.first_chunk_mut::<WIDE>() {
        Some(c) => c.iter_mut().zip(sums).for_each(|(c, sum)| *c += sum),
        None => c.iter_mut().zip(sums).for_each(|(c, sum)| *c += sum),
    }
}

/// The 4×8 tile Σₖ left[k][i]·right[k][j].
fn tile(left: &[f32], right: &[f32]) -> [[f32; WIDE]; TALL] {
    let mut sums = [[0.0; WIDE]; TALL];
    for (left, right) in left.chunks_exact(TALL).zip(right.chunks_exact(WIDE)) {
        for (sums, a) in sums.iter_mut().zip(left) {
            for (sum, b) in sums.iter_mut().zip(right) {
                *sum += a * b;
            }
        }
    }
    sums
}

/// Copies `matrix` into panels of W rows: `[⌈rows/W⌉][cols][W]`, zeros where rows run out.
fn pack<const W: usize>(matrix: Matrix, panels: &mut Vec<f32>) {
    let Matrix { data, rows, cols, row_stride, col_stride } = matrix;
    panels.clear();
    panels.resize(rows.div_ceil(W) * cols * W, 0.0);
    for (first, panel) in (0..rows).step_by(W).zip(panels.chunks_exact_mut(cols * W)) {
        let filled = W.min(rows - first);
        if col_stride == 1 {
            for i in 0..filled {
                let row = &data[(first + i) * row_stride..][..cols];
                panel[i..].iter_mut().step_by(W).zip(row).for_each(|(lane, value)| *lane = *value);
            }
        } else {
            for (lanes, column) in panel.chunks_exact_mut(W).zip(data[first..].chunks(col_stride)) {
                match column.first_chunk::<W>() {
                    // Of a length that the compiler knows, and so no call.
                    Some(column) if filled == W => lanes.copy_from_slice(column),
                    _ => lanes[..filled].copy_from_slice(&column[..filled]),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, with the summation order that the fast path promises.
    fn naive(a: Matrix, b: Matrix, c: &mut [f32]) {
        for i in 0..a.rows {
            for j in 0..b.rows {
                let mut sum = 0.0;
                for k in 0..a.cols {
                    sum += a.data[i * a.row_stride + k * a.col_stride] * b.data[j * b.row_stride + k * b.col_stride];
                }
                c[i * b.rows + j] += sum;
            }
        }
    }

    fn numbers(len: usize, seed: usize) -> Vec<f32> {
        (0..len).map(|i| ((i * 7919 + seed * 104729) % 2003) as f32 / 1001.0 - 1.0).collect()
    }

    proptest! {
        #[test]
        fn the_product_has_the_bits_of_the_naive_one(m in 0usize..21, n in 0usize..21, k in 0usize..21, seed in 0usize..1000) {
            let (a, b, c) = (numbers(m * k, seed), numbers(n * k, seed + 1), numbers(m * n, seed + 2));
            let (at, bt) = (numbers(m * k, seed + 3), numbers(n * k, seed + 4));
            let pairs = [
                (Matrix::row_major(&a, m, k), Matrix::row_major(&b, n, k)),
                (Matrix::row_major(&at, k, m).transposed(), Matrix::row_major(&bt, k, n).transposed()),
            ];
            for (a, b) in pairs {
                let (mut fast, mut slow) = (c.clone(), c.clone());
                Matmul::default().add_product(a, b, &mut fast);
                naive(a, b, &mut slow);
                prop_assert_eq!(fast, slow);
            }
        }
    }

    #[test]
    fn buffers_left_from_a_larger_product_do_not_leak_into_a_smaller_one() {
        let mut matmul = Matmul::default();
        let big = numbers(400, 1);
        matmul.add_product(Matrix::row_major(&big, 20, 20), Matrix::row_major(&big, 20, 20), &mut vec![0.0; 400]);
        let (a, b) = (numbers(15, 2), numbers(35, 3));
        let (mut fast, mut slow) = (vec![0.0; 21], vec![0.0; 21]);
        matmul.add_product(Matrix::row_major(&a, 3, 5), Matrix::row_major(&b, 7, 5), &mut fast);
        naive(Matrix::row_major(&a, 3, 5), Matrix::row_major(&b, 7, 5), &mut slow);
        assert_eq!(fast, slow);
    }
}
