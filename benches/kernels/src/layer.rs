//! One layer at inference, dense and as CSR: from what sparsity on does leaving zeros out pay?

use prunelab::kernels::{Block, Csr, Native, Panels, multiply, multiply_sparse};
use prunelab::prune::{Amount, random_unstructured};
use prunelab::random::Generator;
use wasm_bindgen::prelude::wasm_bindgen;

/// A layer pruned at random and a batch of rows.
#[wasm_bindgen]
pub struct Layer {
    panels: Panels,
    csr: Csr,
    bias: Vec<f32>,
    rows: usize,
    x: Block,
    out: Block,
}

#[wasm_bindgen]
impl Layer {
    /// `outputs` × `inputs` weights, the fraction `sparsity` of which is zero, and `rows` rows, at most 128.
    #[wasm_bindgen(constructor)]
    pub fn new(outputs: usize, inputs: usize, rows: usize, sparsity: f64) -> Layer {
        let mut generator = Generator::new(42);
        let mut kept = vec![true; outputs * inputs];
        random_unstructured(&mut kept, Amount::Fraction(sparsity), &mut generator).expect("a fraction");
        let mut numbers = |len: usize| {
            let mut numbers = vec![0.0; len];
            generator.uniform(&mut numbers, -1.0, 1.0);
            numbers
        };
        let (mut weight, bias, x_rows) = (numbers(outputs * inputs), numbers(outputs), numbers(rows * inputs));
        weight.iter_mut().zip(kept).filter(|(_, kept)| !kept).for_each(|(w, _)| *w = 0.0);
        let (mut panels, mut x, mut out) = (Panels::default(), Block::default(), Block::default());
        panels.pack(&weight, &bias, inputs);
        x.take(inputs, x_rows.chunks_exact(inputs));
        out.resize(outputs);
        Layer { panels, csr: Csr::new(&weight, outputs, inputs), bias, rows, x, out }
    }

    /// The product by the dense kernel; returns one of its numbers.
    pub fn dense(&mut self) -> f32 {
        multiply::<Native>(self.x.all(), &self.panels, self.out.all_mut(), self.rows, |z| z);
        self.out.all()[0]
    }

    /// The product by the sparse kernel; returns one of its numbers.
    pub fn csr(&mut self) -> f32 {
        multiply_sparse::<Native>(self.x.all(), &self.csr, &self.bias, self.out.all_mut(), self.rows, |z| z);
        self.out.all()[0]
    }
}
