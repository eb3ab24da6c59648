//! Each figure against its golden drawing. `UPDATE_GOLDEN=1 cargo test --test figures` draws them anew, to be looked at.

use std::path::PathBuf;

use plotters::prelude::{IntoDrawingArea, SVGBackend};
use prunelab::experiment::{Config, Event, Report, Run, Source};
use prunelab::figure::{Area, Axis, Exact, Other, Placed, Style, draw_accuracy, draw_loss, draw_parameters};

fn run(config: &str) -> (Report, Exact) {
    let config = Config::from_json(config).and_then(|config| config.check(&Source::Generator)).unwrap();
    let mut run = Run::from_config(config).unwrap();
    match (&mut run).map(Result::unwrap).last() {
        Some(Event::Done { report }) => (*report, Exact::of(&run).unwrap()),
        other => panic!("the run ended with {other:?}"),
    }
}

type Svg<'a> = SVGBackend<'a>;

fn assert_golden<T>(name: &str, (width, height): (u32, u32), draw: impl Fn(&Area<Svg>) -> Placed<T, Svg<'static>>) {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        draw(&area).unwrap();
        area.present().unwrap();
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &svg).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(svg == golden, "{name} is drawn otherwise; UPDATE_GOLDEN=1 draws it anew");
}

#[test]
fn the_seed_experiment_is_drawn_as_before() {
    let (report, exact) = run("{}");
    let style = Style::light(Axis::Threshold);
    assert_golden("accuracy.svg", (640, 400), |area| draw_accuracy(area, &report, &exact, &style));
    assert_golden("parameters.svg", (640, 400), |area| draw_parameters(area, &report, &exact, &style));
    let losses: Vec<f64> = report.epochs.iter().map(|epoch| epoch.train_loss).collect();
    assert_golden("loss.svg", (640, 200), |area| draw_loss(area, &losses, &[], 20, &style));
}

#[test]
fn the_loss_on_the_validation_part_is_drawn_beside_that_of_training_with_its_lowest_marked() {
    let (report, _) = run(r#"{"data": {"kind": "moons", "n_samples": 120, "noise": 0.35}, "model": {"hidden": [24]},
        "split": {"validation_size": 0.3},
        "train": {"epochs": 90, "optimizer": {"lr": 0.05}, "early_stopping": {"patience": 20}}}"#);
    let losses: Vec<f64> = report.epochs.iter().map(|epoch| epoch.train_loss).collect();
    let validation: Vec<f64> = report.epochs.iter().filter_map(|epoch| epoch.validation_loss).collect();
    let style = Style::light(Axis::Amount);
    assert_golden("loss-validated.svg", (360, 150), |area| draw_loss(area, &losses, &validation, 90, &style));
    let svg = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/loss-validated.svg")).unwrap();
    // Epochs 1 to 90 on the pixels from 52 to 337.
    let at = 52 + (report.best_epoch.unwrap() - 1) * (337 - 52) / 89;
    assert!(svg.contains(&format!("<circle cx=\"{at}\"")), "the marked epoch is the chosen one");
}

#[test]
fn a_figure_says_where_its_plane_lies() {
    let (report, exact) = run("{}");
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (640, 400)).into_drawing_area();
    let plane = draw_parameters(&area, &report, &exact, &Style::light(Axis::Amount)).unwrap();
    assert_eq!((plane.columns, plane.rows), (52..618, 26..358));
    assert_eq!((plane.x, plane.y), (0.0..1.0, 0.0..1.1 * 3073.0));
}

#[test]
fn figures_scale_with_the_screen_and_change_axis() {
    let style = Style { ratio: 2.0, ..Style::light(Axis::Amount) };
    let (report, exact) = run("{}");
    assert_golden("accuracy-amount-2x.svg", (1280, 800), |area| draw_accuracy(area, &report, &exact, &style));
    let style = Style::light(Axis::Compression);
    assert_golden("parameters-compression.svg", (640, 400), |area| draw_parameters(area, &report, &exact, &style));
}

#[test]
fn a_figure_with_little_to_show_is_still_drawn() {
    let (scattered, exact) = run(r#"{"data": {"n_samples": 60}, "train": {"epochs": 1},
            "prune": {"criterion": "random", "levels": {"from": 0, "to": 0, "count": 1}}}"#);
    let (threshold, amount) = (Style::light(Axis::Threshold), Style::light(Axis::Amount));
    assert_golden("accuracy-no-level.svg", (320, 200), |area| draw_accuracy(area, &scattered, &exact, &threshold));
    assert_golden("parameters-one-level.svg", (320, 200), |area| draw_parameters(area, &scattered, &exact, &amount));
    let (perfect, exact) = run(r#"{"data": {"kind": "blobs", "n_samples": 200}, "model": {"hidden": [32]}}"#);
    assert_eq!(perfect.unpruned.scores.test_accuracy, 1.0);
    assert_golden("accuracy-perfect.svg", (320, 200), |area| draw_accuracy(area, &perfect, &exact, &amount));
    assert_golden("loss-before-the-first-epoch.svg", (320, 200), |area| draw_loss(area, &[], &[], 0, &amount));
}

#[test]
fn the_light_palette_is_that_of_the_page() {
    let css = include_str!("../www/tokens.css");
    let light = css.split("prefers-color-scheme").next().unwrap();
    let palette = Style::light(Axis::Amount).palette;
    for (name, colour) in [
        ("surface", palette.surface),
        ("muted", palette.muted),
        ("grid", palette.grid),
        ("accuracy", palette.accuracy),
        ("parameters", palette.parameters),
        ("effective", palette.effective),
        ("loss", palette.loss),
        ("validation", palette.validation),
        ("reference", palette.reference),
        ("the first other", palette.others[0]),
        ("the second other", palette.others[1]),
        ("the third other", palette.others[2]),
        ("the fourth other", palette.others[3]),
        ("the fifth other", palette.others[4]),
    ] {
        let (r, g, b) = (colour.0.0, colour.0.1, colour.0.2);
        let hex = format!("#{r:02x}{g:02x}{b:02x}");
        assert!(light.contains(&hex), "{name} is {hex}, which the page does not have");
    }
}

#[test]
fn other_criteria_lie_over_both_figures_under_their_names() {
    let (report, mut exact) = run("{}");
    for (look, criterion) in ["random", "taylor", "obd"].into_iter().enumerate() {
        let other = run(&format!(r#"{{"prune": {{"criterion": "{criterion}"}}}}"#)).1;
        exact.others.push(Other { name: criterion.into(), look, exact: other });
    }
    let style = Style::light(Axis::Amount);
    assert_golden("accuracy-compared.svg", (640, 400), |area| draw_accuracy(area, &report, &exact, &style));
    assert_golden("parameters-compared.svg", (640, 400), |area| draw_parameters(area, &report, &exact, &style));
}

#[test]
fn levels_that_are_networks_of_their_own_are_joined_by_lines() {
    let (report, exact) = run(r#"{"prune": {"schedule": {"kind": "iterative"}, "scope": "layer"}}"#);
    assert!(exact.removed.is_empty());
    let style = Style::light(Axis::Compression);
    assert_golden("accuracy-rounds.svg", (640, 400), |area| draw_accuracy(area, &report, &exact, &style));
    assert_golden("parameters-rounds.svg", (640, 400), |area| draw_parameters(area, &report, &exact, &style));
}
