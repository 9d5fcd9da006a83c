"""Densities, entropies, moments and seeded draws of distributions, by Python's PyTorch, as JSON.

usage: python3 distributions.py
Read by tests/VitNotebooks.Torch.Tests/distributions/DistributionTests.cs, whose cases carry the same names.
"""

import json

import torch
from torch import distributions as D

t = lambda *v: torch.tensor(v, dtype=torch.float64)
rows = torch.tensor([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]], dtype=torch.float64)
result = {}


def numbers(f):
    try:
        return [float(v) if v == v and abs(float(v)) != float("inf") else str(float(v)) for v in f().double().flatten()]
    except NotImplementedError:
        return None


def case(name, d, value, inverse=None):
    value = torch.as_tensor(value, dtype=torch.float64)
    entry = {
        "log_prob": numbers(lambda: d.log_prob(value)),
        "cdf": numbers(lambda: d.cdf(value)),
        "icdf": numbers(lambda: d.icdf(torch.tensor(0.3, dtype=torch.float64))),
        "entropy": numbers(d.entropy) if name not in ("Poisson", "Binomial counts") else None,
        "mean": numbers(lambda: d.mean),
        "mode": numbers(lambda: d.mode),
        "variance": numbers(lambda: d.variance),
        "stddev": numbers(lambda: d.stddev),
        "shapes": [list(d.batch_shape), list(d.event_shape), list(d.expand(torch.Size([4]) + d.batch_shape).sample((3,)).shape)],
        "support": numbers(d.enumerate_support),
    }
    torch.manual_seed(11)
    entry["sample"] = numbers(lambda: d.sample((5,)))
    torch.manual_seed(11)
    entry["rsample"] = numbers(lambda: d.rsample((5,))) if d.has_rsample else None
    result[name] = entry


A, B = t(0.5, 1.5, 3.0), t(2.0, 0.7, 1.1)
case("Normal", D.Normal(A, B), [0.1, 0.2, 4.0])
case("Normal broadcast", D.Normal(A, t(2.0)), [0.1, 0.2, 4.0])
case("Uniform", D.Uniform(A, A + B, validate_args=False), [0.6, 9.0, 3.5])
case("Laplace", D.Laplace(A, B), [0.1, 0.2, 4.0])
case("Cauchy", D.Cauchy(A, B), [0.1, 0.2, 4.0])
case("Exponential", D.Exponential(B), [0.1, 0.2, 4.0])
case("Gamma", D.Gamma(A, B), [0.1, 0.2, 4.0])
case("Chi2", D.Chi2(B), [0.1, 0.2, 4.0])
case("Beta", D.Beta(A, B), [0.1, 0.2, 0.9])
case("Dirichlet", D.Dirichlet(rows * 7), rows.flip(0).tolist())
case("Poisson", D.Poisson(B), [0.0, 2.0, 5.0])
case("Bernoulli", D.Bernoulli(t(0.2, 0.5, 0.9)), [0.0, 1.0, 1.0])
case("Bernoulli logits", D.Bernoulli(logits=t(-1.0, 0.3, 2.0)), [0.0, 1.0, 1.0])
case("Geometric", D.Geometric(t(0.2, 0.5, 0.9)), [0.0, 1.0, 4.0])
case("Geometric logits", D.Geometric(logits=t(-1.0, 0.3, 2.0)), [0.0, 1.0, 4.0])
case("Categorical", D.Categorical(rows), [2.0, 1.0])
case("Categorical logits", D.Categorical(logits=rows.log() + 3), [2.0, 1.0])
case("OneHotCategorical", D.OneHotCategorical(rows), [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
case("Binomial", D.Binomial(7, t(0.2, 0.5, 0.9)), [0.0, 3.0, 7.0])
case("Binomial logits", D.Binomial(7, logits=t(-1.0, 0.3, 2.0)), [0.0, 3.0, 7.0])
case("NegativeBinomial", D.NegativeBinomial(t(3.0, 1.0, 8.0), t(0.2, 0.5, 0.9)), [0.0, 3.0, 7.0])
case("NegativeBinomial logits", D.NegativeBinomial(t(3.0, 1.0, 8.0), logits=t(-1.0, 0.3, 2.0)), [0.0, 3.0, 7.0])
case("Multinomial", D.Multinomial(6, rows), [[1.0, 2.0, 3.0], [0.0, 0.0, 6.0]])
case("FisherSnedecor", D.FisherSnedecor(A + 2, B * 3), [0.1, 0.2, 4.0])
spread = torch.tensor([[2.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 0.7]], dtype=torch.float64)
case("MultivariateNormal", D.MultivariateNormal(rows, spread), (rows + 1).tolist())
case("MultivariateNormal precision", D.MultivariateNormal(rows, precision_matrix=spread), (rows + 1).tolist())
case("MultivariateNormal factor", D.MultivariateNormal(rows, scale_tril=spread.tril()), (rows + 1).tolist())
case("Independent", D.Independent(D.Normal(rows, rows * 2), 1), (rows + 1).tolist())

print(json.dumps(result))
