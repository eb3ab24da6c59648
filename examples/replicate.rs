//! Runs a config natively and prints the table of levels; writes the report, the figures, the tensors and the exact curve.
//!
//! ```sh
//! cargo run --release --example replicate -- [--config FILE|-] [--json FILE|-] [--figures DIR] [--tensors FILE] [--curve FILE|-]
//! ```
//!
//! Without `--config` it is the seed experiment. A refused config or a training that diverged ends with status 2, a file
//! that cannot be read or written with status 1; the reason is on standard error.

use std::error::Error;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;
use plotters::prelude::{IntoDrawingArea, SVGBackend};
use prunelab::experiment::{Config, Event, Level, Report, Run, Source};
use prunelab::figure::{Axis, Exact, Style, draw_accuracy, draw_loss, draw_parameters};
use prunelab::nn::Mlp;
use safetensors::tensor::{Dtype, TensorView};

const USAGE: &str =
    "usage: replicate [--config FILE|-] [--json FILE|-] [--figures DIR] [--tensors FILE] [--curve FILE|-]";

#[derive(Default)]
struct Arguments {
    config: Option<PathBuf>,
    json: Option<PathBuf>,
    figures: Option<PathBuf>,
    tensors: Option<PathBuf>,
    curve: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match arguments() {
        Ok(Some(arguments)) => replicate(&arguments),
        Ok(None) => writeln!(std::io::stdout(), "{USAGE}").map_err(Box::from),
        Err(e) => return fail(2, &format!("{e}\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) if e.is::<prunelab::Error>() => fail(2, &e.to_string()),
        // Whoever reads the table may stop when they have seen enough.
        Err(e) if e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(e) => fail(1, &e.to_string()),
    }
}

fn fail(status: u8, reason: &str) -> ExitCode {
    eprintln!("{reason}");
    ExitCode::from(status)
}

/// What was asked for; `None` for how to ask.
fn arguments() -> Result<Option<Arguments>, lexopt::Error> {
    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        let place = match argument {
            Long("config") => &mut arguments.config,
            Long("json") => &mut arguments.json,
            Long("figures") => &mut arguments.figures,
            Long("tensors") => &mut arguments.tensors,
            Long("curve") => &mut arguments.curve,
            Long("help") | Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        };
        *place = Some(parser.value()?.into());
    }
    Ok(Some(arguments))
}

fn replicate(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let json = arguments.config.as_deref().map_or(Ok("{}".to_string()), read)?;
    let config = Config::from_json(&json)?.check(&Source::Generator)?;
    let mut run = Run::from_config(config.clone())?;
    let initial = run.state().mlp.clone();
    let mut report = None;
    for event in &mut run {
        if let Event::Done { report: done } = event? {
            report = Some(done);
        }
    }
    let report = report.ok_or("the run ended without a report")?;

    // Standard output holds nothing else where one of these is asked for there.
    if ![&arguments.json, &arguments.curve].into_iter().flatten().any(|path| is_dash(path)) {
        write_table(&report, &mut std::io::stdout().lock())?;
    }
    if let Some(path) = &arguments.json {
        write(path, (serde_json::to_string_pretty(&report)? + "\n").as_bytes())?;
    }
    if let (Some(folder), Some(exact)) = (&arguments.figures, Exact::of(&run)) {
        write_figures(folder, &report, &exact)?;
    }
    if let Some(path) = &arguments.tensors {
        write(path, &tensors(&run, &initial)?)?;
    }
    if let Some(path) = &arguments.curve {
        let curve = run.curve().ok_or("there is no exact curve: the levels are networks of their own")?;
        write(path, curve.csv(report.data.n_test, report.data.n_validation).as_bytes())?;
    }
    Ok(())
}

fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

fn read(path: &Path) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    if is_dash(path) {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    }
    Ok(text)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    if is_dash(path) {
        return Ok(std::io::stdout().write_all(bytes)?);
    }
    std::fs::write(path, bytes).map_err(|e| format!("cannot write {}: {e}", path.display()).into())
}

fn write_table(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    let unpruned = &report.unpruned;
    writeln!(out, "digest {}", report.digest)?;
    writeln!(
        out,
        "unpruned: test accuracy {:.4} % ({} of {}), loss {:.6}, {} parameters",
        100.0 * unpruned.scores.test_accuracy,
        unpruned.scores.test_correct,
        report.data.n_test,
        unpruned.scores.test_loss,
        unpruned.nonzero_params
    )?;
    writeln!(out, "amount  threshold   total  non-zero   ratio  accuracy %  correct      loss")?;
    for Level { amount, threshold, total_params, nonzero_params, compression_ratio, scores, .. } in &report.levels {
        let threshold = threshold.map_or("-".to_string(), |t| format!("{t:.6}"));
        let ratio = compression_ratio.map_or("-".to_string(), |ratio| format!("{ratio:.3}"));
        writeln!(
            out,
            "{amount:6.4}  {threshold:>9}  {total_params:6}  {nonzero_params:8}  {ratio:>6}  {:10.2}  {:7}  {:8.6}",
            100.0 * scores.test_accuracy,
            scores.test_correct,
            scores.test_loss
        )?;
    }
    Ok(())
}

fn write_figures(folder: &Path, report: &Report, exact: &Exact) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let has_cuts = !report.levels.is_empty() && report.levels.iter().all(|level| level.threshold.is_some());
    let style = Style::light(if has_cuts { Axis::Threshold } else { Axis::Amount });
    let losses: Vec<f64> = report.epochs.iter().map(|epoch| epoch.train_loss).collect();
    let validation: Vec<f64> = report.epochs.iter().filter_map(|epoch| epoch.validation_loss).collect();
    let files = ["accuracy.svg", "parameters.svg", "loss.svg"];
    for name in files {
        let path = folder.join(name);
        let area = SVGBackend::new(&path, (640, 400)).into_drawing_area();
        match name {
            "accuracy.svg" => draw_accuracy(&area, report, exact, &style).map(|_| ())?,
            "parameters.svg" => draw_parameters(&area, report, exact, &style).map(|_| ())?,
            _ => draw_loss(&area, &losses, &validation, losses.len(), &style)?,
        }
        area.present().map_err(|e| format!("cannot write {}: {e}", path.display()))?;
    }
    Ok(())
}

/// Everything a check against Python needs, as one safetensors file.
fn tensors(run: &Run, initial: &Mlp) -> Result<Vec<u8>, Box<dyn Error>> {
    let (dataset, trained) = (run.dataset(), &run.state().mlp);
    let mut tensors = Tensors::default();
    tensors.f32("X", dataset.features.shape(), &dataset.features);
    tensors.i64("y", dataset.labels());
    for (name, rows) in ["train", "validation", "test"].into_iter().zip(run.rows()) {
        tensors.i64(name, rows);
    }
    for (stage, mlp) in [("init", initial), ("final", trained)] {
        for (i, layer) in mlp.layers.iter().enumerate() {
            tensors.f32(&format!("{stage}.fc{}.weight", i + 1), layer.weight.shape(), &layer.weight);
            tensors.f32(&format!("{stage}.fc{}.bias", i + 1), layer.bias.shape(), &layer.bias);
        }
    }
    let networks: Vec<_> = (0..).map_while(|level| run.network(level)).collect();
    let masks = networks.iter().flat_map(|(_, mask)| mask.kept()).map(|&kept| u8::from(kept)).collect();
    tensors.push("masks", Dtype::U8, vec![networks.len(), trained.n_weights()], masks);
    tensors.serialize()
}

/// Named arrays as safetensors stores them: little-endian, row-major.
#[derive(Default)]
struct Tensors(Vec<(String, Dtype, Vec<usize>, Vec<u8>)>);

impl Tensors {
    fn push(&mut self, name: &str, dtype: Dtype, shape: Vec<usize>, bytes: Vec<u8>) {
        self.0.push((name.to_string(), dtype, shape, bytes));
    }

    fn f32<'a>(&mut self, name: &str, shape: &[usize], values: impl IntoIterator<Item = &'a f32>) {
        self.push(name, Dtype::F32, shape.to_vec(), values.into_iter().flat_map(|v| v.to_le_bytes()).collect());
    }

    fn i64(&mut self, name: &str, values: &[usize]) {
        let bytes = values.iter().flat_map(|&v| (v as i64).to_le_bytes()).collect();
        self.push(name, Dtype::I64, vec![values.len()], bytes);
    }

    fn serialize(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let views = self.0.iter().map(|(name, dtype, shape, bytes)| {
            TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name.as_str(), view))
        });
        Ok(safetensors::serialize(views.collect::<Result<Vec<_>, _>>()?, None)?)
    }
}
