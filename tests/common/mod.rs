//! Golden fixtures: what NumPy, scikit-learn and PyTorch computed, with the parameters they were given.
//!
//! A group is a pair of files in `tests/fixtures`: `<group>.json` lists its cases, `<group>.safetensors` holds their
//! arrays under `<case id>/<field>`.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod runs;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use ndarray::{Array2, ArrayView2};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// Every kind of case there is. A fixture of another kind is an error: nobody would check it.
const KINDS: [&str; 9] = ["numpy_rng", "libm", "init", "data", "split", "experiment", "prune", "optim", "schedule"];

pub struct Group {
    pub name: String,
    cases: Vec<Case>,
}

/// One case: `json` holds its parameters (and `result`, the scalars that came out).
pub struct Case {
    pub group: String,
    pub id: String,
    pub kind: String,
    pub json: Value,
    tensors: BTreeMap<String, Tensor>,
}

struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// All cases of one kind, of whatever group.
pub fn cases(kind: &str) -> Vec<Case> {
    assert!(KINDS.contains(&kind), "no fixture is of kind {kind}");
    let cases: Vec<Case> = Group::all().into_iter().flat_map(|group| group.cases).collect();
    let unknown = cases.iter().find(|case| !KINDS.contains(&case.kind.as_str()));
    assert!(unknown.is_none(), "{} is of an unknown kind", unknown.unwrap().name());
    let chosen: Vec<Case> = cases.into_iter().filter(|case| case.kind == kind).collect();
    assert!(!chosen.is_empty(), "there are fixtures of kind {kind}");
    chosen
}

impl Group {
    pub fn load(name: &str) -> Group {
        let read = |extension| {
            let path = directory().join(format!("{name}.{extension}"));
            fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let document: Value = serde_json::from_slice(&read("json")).unwrap();
        let bytes = read("safetensors");
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let cases = document["cases"].as_array().unwrap();
        Group { name: name.into(), cases: cases.iter().map(|json| Case::new(name, json, &tensors)).collect() }
    }

    /// Every group in the folder, by name.
    pub fn all() -> Vec<Group> {
        let paths = fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
        let json = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        let mut names: Vec<String> = json.map(|path| path.file_stem().unwrap().to_str().unwrap().into()).collect();
        names.sort();
        names.iter().map(|name| Group::load(name)).collect()
    }

    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    pub fn case(&self, id: &str) -> &Case {
        self.cases.iter().find(|case| case.id == id).unwrap_or_else(|| panic!("{} has no case {id}", self.name))
    }
}

impl Case {
    fn new(group: &str, json: &Value, tensors: &SafeTensors) -> Case {
        let id = json["id"].as_str().unwrap().to_owned();
        let prefix = format!("{id}/");
        let own = tensors.iter().filter_map(|(name, view)| {
            let field = name.strip_prefix(&prefix)?;
            let tensor = Tensor { dtype: view.dtype(), shape: view.shape().to_vec(), bytes: view.data().to_vec() };
            Some((field.to_owned(), tensor))
        });
        let tensors = own.collect();
        Case { group: group.into(), kind: json["kind"].as_str().unwrap().into(), json: json.clone(), id, tensors }
    }

    /// `<group>/<case id>`, for messages.
    pub fn name(&self) -> String {
        format!("{}/{}", self.group, self.id)
    }

    /// The names of the arrays, in alphabetical order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    pub fn has(&self, field: &str) -> bool {
        self.tensors.contains_key(field)
    }

    pub fn shape(&self, field: &str) -> &[usize] {
        &self.tensor(field).shape
    }

    pub fn f64(&self, field: &str) -> Vec<f64> {
        self.numbers(field, Dtype::F64, f64::from_le_bytes)
    }

    pub fn f32(&self, field: &str) -> Vec<f32> {
        self.numbers(field, Dtype::F32, f32::from_le_bytes)
    }

    pub fn u32(&self, field: &str) -> Vec<u32> {
        self.numbers(field, Dtype::U32, u32::from_le_bytes)
    }

    /// Masks.
    pub fn u8(&self, field: &str) -> Vec<u8> {
        self.numbers(field, Dtype::U8, u8::from_le_bytes)
    }

    /// Integers of either width.
    pub fn i64(&self, field: &str) -> Vec<i64> {
        match self.tensor(field).dtype {
            Dtype::I64 => self.numbers(field, Dtype::I64, i64::from_le_bytes),
            _ => self.numbers(field, Dtype::I32, i32::from_le_bytes).into_iter().map(i64::from).collect(),
        }
    }

    /// Integers that count or point: labels, rows, permutations.
    pub fn indices(&self, field: &str) -> Vec<usize> {
        self.i64(field).into_iter().map(|i| usize::try_from(i).unwrap()).collect()
    }

    pub fn matrix_f64(&self, field: &str) -> Array2<f64> {
        self.matrix(field, self.f64(field))
    }

    pub fn matrix_f32(&self, field: &str) -> Array2<f32> {
        self.matrix(field, self.f32(field))
    }

    fn matrix<T>(&self, field: &str, values: Vec<T>) -> Array2<T> {
        match self.shape(field) {
            &[rows, columns] => Array2::from_shape_vec((rows, columns), values).unwrap(),
            shape => panic!("{}/{field} is no matrix but {shape:?}", self.name()),
        }
    }

    fn tensor(&self, field: &str) -> &Tensor {
        self.tensors.get(field).unwrap_or_else(|| panic!("{} has no field {field}", self.name()))
    }

    fn numbers<T, const N: usize>(&self, field: &str, dtype: Dtype, read: fn([u8; N]) -> T) -> Vec<T> {
        let tensor = self.tensor(field);
        assert_eq!(tensor.dtype, dtype, "{}/{field}", self.name());
        let (chunks, rest) = tensor.bytes.as_chunks::<N>();
        assert!(rest.is_empty());
        chunks.iter().map(|&bytes| read(bytes)).collect()
    }
}

/// Fails, naming `what` and the first difference, unless both have the same bits (so −0 is not 0).
#[track_caller]
pub fn assert_bits_f64(got: &[f64], want: &[f64], what: &str) {
    assert_same(got, want, what, |v| v.to_bits());
}

/// As [`assert_bits_f64`].
#[track_caller]
pub fn assert_bits_f32(got: &[f32], want: &[f32], what: &str) {
    assert_same(got, want, what, |v| u64::from(v.to_bits()));
}

#[track_caller]
fn assert_same<T: Copy + std::fmt::Debug>(got: &[T], want: &[T], what: &str, bits: fn(T) -> u64) {
    assert_eq!(got.len(), want.len(), "{what}: length");
    let differing: Vec<usize> = (0..got.len()).filter(|&i| bits(got[i]) != bits(want[i])).collect();
    if let Some(&i) = differing.first() {
        panic!("{what}: {} of {} differ, first {i}: got {:?}, want {:?}", differing.len(), got.len(), got[i], want[i]);
    }
}

/// The largest |got − want|.
#[track_caller]
pub fn largest_difference(got: ArrayView2<f64>, want: ArrayView2<f64>) -> f64 {
    assert_eq!(got.dim(), want.dim());
    got.iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// The distance of two numbers of one sign in units of the last place.
pub fn ulps(a: f64, b: f64) -> u64 {
    if a == b { 0 } else { a.to_bits().abs_diff(b.to_bits()) }
}
