//! Backpropagation against central differences of a loss written down in double precision.

use prunelab::kernels::Block;
use prunelab::nn::{Activation, Mlp, Part, Task, Workspace, backward};
use prunelab::random::Generator;

/// The mean loss by its definition, in double precision, with the parameter at `at` moved by `by`.
fn loss(mlp: &Mlp, task: Task, x: &[f64], labels: &[usize], at: usize, by: f64) -> f64 {
    let mut params: Vec<f64> = mlp.params().flatten().map(|&p| f64::from(p)).collect();
    params[at] += by;
    let fan_in = mlp.layers[0].weight.ncols();
    let total: f64 = x.chunks(fan_in).zip(labels).map(|(row, &label)| row_loss(mlp, task, &params, row, label)).sum();
    total / labels.len() as f64
}

fn row_loss(mlp: &Mlp, task: Task, mut params: &[f64], row: &[f64], label: usize) -> f64 {
    let mut a = row.to_vec();
    for layer in &mlp.layers {
        let (out, fan_in) = layer.weight.dim();
        let (weight, rest) = params.split_at(out * fan_in);
        let (bias, rest) = rest.split_at(out);
        params = rest;
        let dot = |i: usize| weight[i * fan_in..(i + 1) * fan_in].iter().zip(&a).map(|(w, a)| w * a).sum::<f64>();
        let z = (0..out).map(|i| bias[i] + dot(i));
        a = match layer.activation {
            None => z.collect(),
            Some(Activation::Relu) => z.map(|z| z.max(0.0)).collect(),
            Some(Activation::Tanh) => z.map(libm::tanh).collect(),
        };
    }
    match task {
        Task::Binary => libm::log1p(libm::exp(if label == 1 { -a[0] } else { a[0] })),
        Task::Multiclass { .. } => libm::log(a.iter().map(|&z| libm::exp(z)).sum::<f64>()) - a[label],
    }
}

#[test]
fn every_derivative_is_the_central_difference() {
    for (sizes, activation, n_classes) in [
        (vec![3, 1], Activation::Relu, 2),
        (vec![4, 9, 1], Activation::Relu, 2),
        (vec![2, 5, 4, 1], Activation::Tanh, 2),
        (vec![3, 7, 5], Activation::Relu, 5),
        (vec![5, 6, 4, 3], Activation::Tanh, 3),
    ] {
        let task = Task::classification(n_classes);
        let mut generator = Generator::new(7);
        let mlp = Mlp::init(&sizes, activation, &mut generator);
        let rows = 11;
        let mut x = vec![0.0; rows * sizes[0]];
        generator.uniform(&mut x, -2.0, 2.0);
        let labels: Vec<usize> = (0..rows).map(|i| i % n_classes).collect();
        let wide: Vec<f64> = x.iter().map(|&v| f64::from(v)).collect();

        // In two unequal chunks, as training adds them up.
        let mut gradient = vec![f32::NAN; mlp.total_params()];
        let mut workspace = Workspace::default();
        workspace.packed.pack_both(&mlp);
        let mut block = Block::default();
        block.take(sizes[0], x.chunks_exact(sizes[0]));
        for chunk in [0..8, 8..rows] {
            let part = Part { rows, first: chunk.start == 0 };
            let chunk = (block.from(chunk.start), &labels[chunk]);
            backward(&mlp, task, chunk, part, &mut gradient, &mut workspace);
        }
        for (at, &derivative) in gradient.iter().enumerate() {
            let step = 1e-5;
            let (up, down) = (loss(&mlp, task, &wide, &labels, at, step), loss(&mlp, task, &wide, &labels, at, -step));
            let difference = (up - down) / (2.0 * step);
            assert!(
                (f64::from(derivative) - difference).abs() <= 1e-6,
                "{sizes:?} parameter {at}: {derivative} against {difference}"
            );
        }
    }
}
