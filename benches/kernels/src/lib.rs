//! Kernels that only the benchmark runs, for `benches/engine.mjs`.

mod layer;
mod limit;
mod sweep;
