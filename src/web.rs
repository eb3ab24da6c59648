//! What the page and its workers call. Floor 6.
//!
//! Invariants: documents cross as JSON text; what is refused is thrown as an `Error` whose `field` is the config path
//! or null; nothing here computes. Absent on purpose: clocks, the DOM but for the canvas that is handed in.

mod json;
mod network;

use js_sys::{Error as JsError, Reflect};
use plotters::drawing::IntoDrawingArea;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use crate::error::Error;
use crate::experiment::{self, Config, Criterion, Source};
use crate::figure::{self, Area, Canvas, Exact, Other, Placed, Plane, Style};
use crate::read::{Read, Write};

pub use network::{Forms, Network};

#[cfg(not(target_feature = "simd128"))]
compile_error!(
    "prunelab for WebAssembly needs -C target-feature=+simd128 (a RUSTFLAGS variable hides .cargo/config.toml)"
);

type Result<T> = std::result::Result<T, JsValue>;

/// The whole config that `config` describes, defaults included, as JSON.
///
/// # Errors
/// The first field that is unknown, of the wrong type or makes no sense.
#[wasm_bindgen]
pub fn check(config: &str) -> Result<String> {
    Ok(valid(config)?.config().to_json().to_string())
}

/// The same without asking whether the values make sense.
#[wasm_bindgen]
pub fn complete(config: &str) -> Result<String> {
    Ok(read(config)?.to_json().to_string())
}

/// The rows, features, classes and layers that `config` makes, as JSON.
#[wasm_bindgen]
pub fn shape(config: &str) -> Result<String> {
    Ok(valid(config)?.shape().written().to_string())
}

/// The fields of `config` that differ from the defaults, as JSON.
#[wasm_bindgen]
pub fn difference(config: &str) -> Result<String> {
    Ok(read(config)?.difference().to_string())
}

/// A seed from the platform's entropy. Nothing else in the lab is random.
#[wasm_bindgen(js_name = surpriseSeed)]
pub fn surprise_seed() -> Result<u32> {
    getrandom::u32().map_err(|e| JsError::new(&format!("the browser gave no random number: {e}")).into())
}

/// An experiment under way.
#[wasm_bindgen]
pub struct Run(experiment::Run);

#[wasm_bindgen]
impl Run {
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<Run> {
        experiment::Run::from_config(valid(config)?).map(Run).map_err(thrown)
    }

    /// The fraction of the work that is done, in [0, 1].
    #[wasm_bindgen(getter)]
    pub fn progress(&self) -> f64 {
        self.0.progress()
    }

    /// The next event as JSON, after a few milliseconds of work; nothing after `done`.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<String>> {
        let event = self.0.next().transpose().map_err(thrown)?;
        Ok(event.map(|event| event.written().to_string()))
    }
}

/// What a run leaves besides its report. Arrays are copies.
#[wasm_bindgen]
impl Run {
    /// The features of all rows, row by row.
    #[wasm_bindgen(getter)]
    pub fn features(&self) -> Vec<f32> {
        self.0.dataset().features.iter().copied().collect()
    }

    /// The class of each row.
    #[wasm_bindgen(getter)]
    pub fn labels(&self) -> Vec<u32> {
        integers(self.0.dataset().labels())
    }

    /// The rows that train.
    #[wasm_bindgen(getter)]
    pub fn train(&self) -> Vec<u32> {
        integers(self.0.rows()[0])
    }

    /// The rows that validate.
    #[wasm_bindgen(getter)]
    pub fn validation(&self) -> Vec<u32> {
        integers(self.0.rows()[1])
    }

    /// The rows that test.
    #[wasm_bindgen(getter)]
    pub fn test(&self) -> Vec<u32> {
        integers(self.0.rows()[2])
    }

    /// Weight (row-major) and bias of the first layer, of the second, …
    #[wasm_bindgen(getter)]
    pub fn params(&self) -> Vec<f32> {
        self.0.state().mlp.params().flatten().copied().collect()
    }

    /// The parameters that take part in the answer after each number of removed weights, once the run is done.
    #[wasm_bindgen(getter, js_name = effectiveParams)]
    pub fn effective_params(&self) -> Option<Vec<u32>> {
        self.0.effective_params()
    }

    /// The exact curve, once the run is done.
    pub fn exact(&self) -> Option<Curve> {
        self.0.curve().cloned().map(Curve)
    }
}

#[wasm_bindgen]
impl Run {
    /// The exact curve on the test part, computed again, if there is one; the loss only `with_loss`.
    pub fn curve(&self, with_loss: bool) -> Option<Curve> {
        self.0.retrace(with_loss).map(Curve)
    }

    /// The right answers on the test part at each level, one network following the other, if there is a curve.
    pub fn sweep(&self) -> Option<Vec<u32>> {
        self.0.sweep()
    }

    /// The parameters of the network of a level that is done, in the order of `params`; what is cut is 0.
    pub fn network(&self, level: usize) -> Option<Vec<f32>> {
        self.0.network(level).map(|(mlp, _)| mlp.params().flatten().copied().collect())
    }

    /// Begins to compare `criterion` on the trained network.
    ///
    /// # Errors
    /// A name that no criterion has.
    pub fn compare(&mut self, criterion: &str) -> Result<()> {
        self.0.compare(Criterion::read(&criterion.into()).map_err(thrown)?);
        Ok(())
    }

    /// Goes on for a few milliseconds with the comparison that was begun; its curve, once it is done.
    pub fn comparison(&mut self) -> Option<Comparison> {
        self.0.comparison().map(Comparison)
    }
}

/// How another criterion would do on a run's network.
#[wasm_bindgen]
pub struct Comparison(experiment::Comparison);

#[wasm_bindgen]
impl Comparison {
    pub fn curve(&self) -> Curve {
        Curve(self.0.curve.clone())
    }

    /// The parameters that take part in the answer after each number of removed weights.
    #[wasm_bindgen(getter, js_name = effectiveParams)]
    pub fn effective_params(&self) -> Vec<u32> {
        self.0.effective_params.clone()
    }

    /// Spearman's correlation of the scores with the oracle's, if they differ.
    #[wasm_bindgen(getter, js_name = oracleCorrelation)]
    pub fn oracle_correlation(&self) -> Option<f64> {
        self.0.oracle_correlation
    }

    /// The same with the absolute changes of the loss.
    #[wasm_bindgen(getter, js_name = absoluteOracleCorrelation)]
    pub fn absolute_oracle_correlation(&self) -> Option<f64> {
        self.0.absolute_oracle_correlation
    }
}

/// How a network does after each of its weights has left it. Arrays are copies.
#[wasm_bindgen]
pub struct Curve(experiment::Curve);

#[wasm_bindgen]
impl Curve {
    /// The numbers of removed weights at which the network was evaluated.
    #[wasm_bindgen(getter)]
    pub fn removed(&self) -> Vec<u32> {
        integers(&self.0.removals.stops)
    }

    /// The weights as they leave: layer by layer, row-major.
    #[wasm_bindgen(getter)]
    pub fn order(&self) -> Vec<u32> {
        integers(&self.0.removals.order)
    }

    #[wasm_bindgen(getter, js_name = testCorrect)]
    pub fn test_correct(&self) -> Vec<u32> {
        self.0.test.correct.clone()
    }

    /// Mean loss (nats), if it was asked for.
    #[wasm_bindgen(getter, js_name = testLoss)]
    pub fn test_loss(&self) -> Option<Vec<f64>> {
        (!self.0.test.loss.is_empty()).then(|| self.0.test.loss.clone())
    }

    /// Right answers on the validation part, if there is one.
    #[wasm_bindgen(getter, js_name = validationCorrect)]
    pub fn validation_correct(&self) -> Option<Vec<u32>> {
        self.0.validation.as_ref().map(|points| points.correct.clone())
    }

    /// Mean loss on the validation part (nats), if there is one and it was asked for.
    #[wasm_bindgen(getter, js_name = validationLoss)]
    pub fn validation_loss(&self) -> Option<Vec<f64>> {
        self.0.validation.as_ref().filter(|points| !points.loss.is_empty()).map(|points| points.loss.clone())
    }

    /// |w| in the order in which the weights leave.
    #[wasm_bindgen(getter)]
    pub fn magnitudes(&self) -> Vec<f32> {
        self.0.magnitudes.clone()
    }
}

/// A finished run's report, and the figures and tables made of it.
#[wasm_bindgen]
pub struct Report {
    report: experiment::Report,
    exact: Exact,
}

#[wasm_bindgen]
impl Report {
    /// The report that `json` holds, and the exact curve, as [`Exact`] describes it.
    #[wasm_bindgen(constructor)]
    pub fn new(
        json: &str,
        removed: Vec<u32>,
        test_correct: Vec<u32>,
        magnitudes: Vec<f32>,
        effective_params: Vec<u32>,
        largest_class: u32,
    ) -> Result<Report> {
        let exact = Exact { removed, test_correct, magnitudes, effective_params, largest_class, others: Vec::new() };
        Ok(Report { report: parsed(json)?, exact })
    }

    /// Lays another criterion's curve over both figures, under its name; `look` tells it from others, of 15 that there are.
    #[wasm_bindgen(js_name = layOver)]
    pub fn lay_over(
        &mut self,
        name: String,
        look: usize,
        removed: Vec<u32>,
        test_correct: Vec<u32>,
        magnitudes: Vec<f32>,
        effective_params: Vec<u32>,
    ) {
        let (largest_class, others) = (self.exact.largest_class, Vec::new());
        let exact = Exact { removed, test_correct, magnitudes, effective_params, largest_class, others };
        self.exact.others.push(Other { name, look, exact });
    }

    /// Takes away all that was laid over.
    pub fn uncover(&mut self) {
        self.exact.others.clear();
    }

    /// Test accuracy at every cut, over all of `canvas`; `style` is a [`Style`] as JSON. Where its plane lies: left, top,
    /// right and bottom in the canvas's pixels, the values at the left and the right, at the bottom and at the top.
    #[wasm_bindgen(js_name = drawAccuracy)]
    pub fn draw_accuracy(&self, canvas: HtmlCanvasElement, style: &str) -> Result<Vec<f64>> {
        draw(canvas, style, |area, style| figure::draw_accuracy(area, &self.report, &self.exact, style)).map(corners)
    }

    /// Parameters at every cut, over all of `canvas`. Where its plane lies, as above.
    #[wasm_bindgen(js_name = drawParameters)]
    pub fn draw_parameters(&self, canvas: HtmlCanvasElement, style: &str) -> Result<Vec<f64>> {
        draw(canvas, style, |area, style| figure::draw_parameters(area, &self.report, &self.exact, style)).map(corners)
    }
}

fn corners(Plane { columns, rows, x, y }: Plane) -> Vec<f64> {
    let pixels = [columns.start, rows.start, columns.end, rows.end].map(f64::from);
    [pixels, [x.start, x.end, y.start, y.end]].concat()
}

/// The losses of the epochs so far, of `epochs` in all, over all of `canvas`; as many of the validation part, or none.
#[wasm_bindgen(js_name = drawLoss)]
pub fn draw_loss(
    canvas: HtmlCanvasElement,
    training: &[f64],
    validation: &[f64],
    epochs: usize,
    style: &str,
) -> Result<()> {
    draw(canvas, style, |area, style| figure::draw_loss(area, training, validation, epochs, style))
}

fn draw<T>(
    canvas: HtmlCanvasElement,
    style: &str,
    figure: impl Fn(&Area<Canvas>, &Style) -> Placed<T, Canvas>,
) -> Result<T> {
    let style = parsed(style)?;
    let canvas = Canvas::new(canvas).ok_or_else(|| JsError::new("the canvas gives no 2d context"))?;
    figure(&canvas.into_drawing_area(), &style).map_err(|e| JsError::new(&e.to_string()).into())
}

fn integers(values: &[usize]) -> Vec<u32> {
    values.iter().map(|&value| value as u32).collect()
}

fn read(config: &str) -> Result<Config> {
    Config::from_value(json::parse(config)?).map_err(thrown)
}

fn valid(config: &str) -> Result<experiment::ValidConfig> {
    read(config)?.check(&Source::Generator).map_err(thrown)
}

fn parsed<T: Read>(text: &str) -> Result<T> {
    T::read(&json::parse(text)?).map_err(thrown)
}

fn thrown(error: Error) -> JsValue {
    let thrown = JsError::new(&error.to_string());
    let field = match error {
        Error::Invalid { field, .. } if !field.is_empty() => JsValue::from(field),
        _ => JsValue::NULL,
    };
    // A plain object takes any property.
    let _ = Reflect::set(&thrown, &"field".into(), &field);
    thrown.into()
}
