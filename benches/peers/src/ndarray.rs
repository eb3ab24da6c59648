//! `ndarray`: a forward and a backward pass by hand, every product a `.dot`.

use ndarray::{Array1, Array2, ArrayView1, Axis, Zip};
use wasm_bindgen::prelude::*;

use crate::{HIDDEN, LR, ends};

const BETAS: (f32, f32) = (0.9, 0.999);
const EPS: f32 = 1e-8;

#[wasm_bindgen]
pub struct Ndarray {
    x: Array2<f32>,
    y: Array1<f32>,
    test: Array2<f32>,
    hidden: (Parameter<Array2<f32>>, Parameter<Array1<f32>>),
    output: (Parameter<Array1<f32>>, Parameter<Array1<f32>>),
}

/// A parameter and Adam's two moments of it.
struct Parameter<A> {
    value: A,
    mean: A,
    square: A,
}

#[wasm_bindgen]
impl Ndarray {
    /// An untrained network and its rows: `x` and `test` (rows × features), `y` 0 or 1, `uniform` (at least as many
    /// as there are weights) in [-1, 1).
    #[wasm_bindgen(constructor)]
    pub fn new(x: Vec<f32>, y: Vec<f32>, test: Vec<f32>, uniform: &[f32]) -> Self {
        let features = x.len() / y.len();
        let matrix =
            |data: Vec<f32>| Array2::from_shape_vec((data.len() / features, features), data).expect("whole rows");
        let mut uniform = uniform.iter();
        let mut draw = |fan_in: usize| uniform.next().expect("enough numbers") / (fan_in as f32).sqrt();
        Ndarray {
            x: matrix(x),
            y: y.into(),
            test: matrix(test),
            hidden: (
                Parameter::new(Array2::from_shape_simple_fn((features, HIDDEN), || draw(features))),
                Parameter::new(Array1::zeros(HIDDEN)),
            ),
            output: (
                Parameter::new(Array1::from_shape_simple_fn(HIDDEN, || draw(HIDDEN))),
                Parameter::new(Array1::zeros(1)),
            ),
        }
    }

    pub fn train(&mut self, epochs: usize) -> Vec<f32> {
        ends(epochs, |epoch| self.step(epoch as i32 + 1))
    }

    /// How many test rows are in class 1 after cutting all weights below each of `thresholds`.
    pub fn sweep(&self, thresholds: &[f32]) -> Vec<usize> {
        let (hidden, output) = (&self.hidden.0.value, &self.output.0.value);
        let positive = |&threshold: &f32| {
            let kept = |&w: &f32| if w.abs() < threshold { 0.0 } else { w };
            let activations = (self.test.dot(&hidden.map(kept)) + &self.hidden.1.value).mapv_into(|z| z.max(0.0));
            let logits = activations.dot(&output.map(kept)) + &self.output.1.value;
            logits.iter().filter(|&&z| z > 0.0).count()
        };
        thresholds.iter().map(positive).collect()
    }

    fn step(&mut self, t: i32) -> f32 {
        let rows = self.y.len() as f32;
        let activations = (self.x.dot(&self.hidden.0.value) + &self.hidden.1.value).mapv_into(|z| z.max(0.0));
        let p = (activations.dot(&self.output.0.value) + &self.output.1.value).mapv_into(|z| 1.0 / (1.0 + (-z).exp()));
        let loss = Zip::from(&p)
            .and(&self.y)
            .fold(0.0, |sum, &p, &y| sum - y * p.ln().max(-100.0) - (1.0 - y) * (1.0 - p).ln().max(-100.0));
        let d_logits = (p - &self.y) / rows;
        let column = |v: ArrayView1<f32>| v.insert_axis(Axis(1)).to_owned();
        let mut d_hidden = column(d_logits.view()).dot(&self.output.0.value.view().insert_axis(Axis(0)));
        d_hidden.zip_mut_with(&activations, |d, &a| {
            if a <= 0.0 {
                *d = 0.0
            }
        });
        self.output.0.adam(t, &activations.t().dot(&d_logits));
        self.output.1.adam(t, &Array1::from_elem(1, d_logits.sum()));
        self.hidden.0.adam(t, &self.x.t().dot(&d_hidden));
        self.hidden.1.adam(t, &d_hidden.sum_axis(Axis(0)));
        loss / rows
    }
}

impl<D: ndarray::Dimension> Parameter<ndarray::Array<f32, D>> {
    fn new(value: ndarray::Array<f32, D>) -> Self {
        let zeros = ndarray::Array::zeros(value.raw_dim());
        Parameter { value, mean: zeros.clone(), square: zeros }
    }

    fn adam(&mut self, t: i32, gradient: &ndarray::Array<f32, D>) {
        let step_size = LR as f32 / (1.0 - BETAS.0.powi(t));
        let correction = (1.0 - BETAS.1.powi(t)).sqrt();
        Zip::from(&mut self.value).and(&mut self.mean).and(&mut self.square).and(gradient).for_each(|w, m, v, &g| {
            *m = BETAS.0 * *m + (1.0 - BETAS.0) * g;
            *v = BETAS.1 * *v + (1.0 - BETAS.1) * g * g;
            *w -= step_size * *m / (v.sqrt() / correction + EPS);
        });
    }
}
