//! `sklearn.datasets.make_blobs`: one round Gaussian cluster a class. Floor 1.

use ndarray::Array2;
use serde_json::Value;

use super::{Generate, OneOrEach, Samples, limits};
use crate::error::{Error, Result, require};
use crate::random::RandomState;
use crate::read::{Read, Write, json_fields, refused};

/// How many centers to draw, or the centers themselves.
#[derive(Clone, Debug, PartialEq)]
pub enum Centers {
    Count(usize),
    Points(Vec<Vec<f64>>),
}

/// The parameters of `make_blobs`, under its names.
///
/// # Source
/// `sklearn/datasets/_samples_generator.py`.
#[derive(Clone, Debug, PartialEq)]
pub struct Blobs {
    /// All samples, shared out evenly, or a list with the size of each cluster.
    pub n_samples: OneOrEach<usize>,
    /// Ignored where `centers` is a list of points, which have their own number of features.
    pub n_features: usize,
    /// `None`: three, or as many as `n_samples` has entries. A number goes only with a number of samples.
    pub centers: Option<Centers>,
    pub cluster_std: OneOrEach<f64>,
    /// Lower and upper bound of every coordinate of a drawn center.
    pub center_box: (f64, f64),
    pub shuffle: bool,
    pub random_state: u32,
}

json_fields!(Blobs { n_samples, n_features, centers, cluster_std, center_box, shuffle, random_state } over its defaults);

impl Read for Centers {
    fn read(json: &Value) -> Result<Self> {
        let count = usize::read(json).map(Centers::Count);
        let centers = count.or_else(|_| Read::read(json).map(Centers::Points));
        centers.or_else(|_| refused("a number of centers or a list of points", json))
    }
}

impl Write for Centers {
    fn written(&self) -> Value {
        match self {
            Centers::Count(count) => count.written(),
            Centers::Points(points) => points.written(),
        }
    }
}

impl Default for Blobs {
    fn default() -> Self {
        Blobs {
            n_samples: OneOrEach::One(100),
            n_features: 2,
            centers: None,
            cluster_std: OneOrEach::One(1.0),
            center_box: (-10.0, 10.0),
            shuffle: true,
            random_state: 42,
        }
    }
}

impl Generate for Blobs {
    /// The number of centers, each a class of its own.
    fn n_classes(&self) -> usize {
        match (&self.centers, &self.n_samples) {
            (Some(Centers::Count(count)), _) => *count,
            (Some(Centers::Points(points)), _) => points.len(),
            (None, OneOrEach::Each(sizes)) => sizes.len(),
            (None, OneOrEach::One(_)) => 3,
        }
    }

    fn n_features(&self) -> usize {
        match &self.centers {
            Some(Centers::Points(points)) => points.first().map_or(0, Vec::len),
            _ => self.n_features,
        }
    }

    fn total_samples(&self) -> usize {
        limits::total(&self.n_samples)
    }

    fn check(&self) -> Result<()> {
        self.check_centers()?;
        limits::parts("n_samples", &self.n_samples)?;
        limits::one_for_each("n_samples", &self.n_samples, self.n_classes(), "center")?;
        let least = self.n_classes();
        let total = self.total_samples();
        require(total >= least, "n_samples", format_args!("at least {least}, one for each center"), total)?;
        limits::at_least(1, "n_features", self.n_features())?;
        limits::fits("n_samples", "features", total, self.n_features())?;
        limits::one_for_each("cluster_std", &self.cluster_std, self.n_classes(), "center")?;
        self.cluster_std.values().iter().try_for_each(|&std| limits::non_negative("cluster_std", std))?;
        let (low, high) = self.center_box;
        limits::finite("center_box", low)?;
        limits::finite("center_box", high)?;
        require(low <= high, "center_box", "a lower and an upper bound", format_args!("[{low}, {high}]"))
    }

    /// The samples of checked parameters: centers first, then cluster by cluster, then the order of the rows.
    fn generate(&self) -> Samples {
        let mut stream = RandomState::new(self.random_state);
        let centers = self.draw_centers(&mut stream);
        let mut x = Array2::zeros((self.total_samples(), self.n_features()));
        let labels = (0..self.n_classes()).flat_map(|k| std::iter::repeat_n(k, self.size(k)));
        let y: Vec<usize> = labels.collect();
        for (mut row, &k) in x.rows_mut().into_iter().zip(&y) {
            let std = self.cluster_std.at(k);
            for (value, &center) in row.iter_mut().zip(&centers[k]) {
                *value = stream.normal(center, std);
            }
        }
        let samples = Samples { x, y };
        if self.shuffle { samples.reordered(&stream.permutation(samples.y.len())) } else { samples }
    }
}

impl Blobs {
    fn check_centers(&self) -> Result<()> {
        let field = if self.centers.is_none() { "n_samples" } else { "centers" };
        let count = self.n_classes();
        require(count >= 2, field, "at least 2 centers", count)?;
        match (&self.centers, &self.n_samples) {
            (Some(Centers::Count(_)), OneOrEach::Each(_)) => {
                Err(Error::invalid("centers", format!("must be null or points where n_samples is a list, got {count}")))
            }
            (Some(Centers::Points(points)), _) => {
                let n_features = self.n_features();
                require(n_features > 0, "centers", "points of at least 1 coordinate", n_features)?;
                if let Some(odd) = points.iter().find(|point| point.len() != n_features) {
                    let rule = format!("must have {n_features} coordinates each, as the first has, got {}", odd.len());
                    return Err(Error::invalid("centers", rule));
                }
                points.iter().flatten().try_for_each(|&value| limits::finite("centers", value))
            }
            _ => Ok(()),
        }
    }

    fn draw_centers(&self, stream: &mut RandomState) -> Vec<Vec<f64>> {
        if let Some(Centers::Points(points)) = &self.centers {
            return points.clone();
        }
        let (low, high) = self.center_box;
        let mut center = || (0..self.n_features).map(|_| stream.uniform(low, high)).collect();
        (0..self.n_classes()).map(|_| center()).collect()
    }

    /// The samples of cluster `k`; the first ones share what an even division leaves over.
    fn size(&self, k: usize) -> usize {
        match &self.n_samples {
            OneOrEach::Each(sizes) => sizes[k],
            OneOrEach::One(total) => total / self.n_classes() + usize::from(k < total % self.n_classes()),
        }
    }
}
