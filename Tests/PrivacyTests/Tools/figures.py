#!/usr/bin/env python3
"""Prints the figures of AccountantTests as `dp-accounting` has them: divergences, ε, a composition, a δ, noise for an ε.

    python3 -m venv V && V/bin/pip install dp-accounting && V/bin/python figures.py
"""
import dp_accounting as dp
from dp_accounting.rdp import RdpAccountant

ORDERS = [1.25, 1.5, 2, 2.5, 3, 4.5, 8, 16, 32, 64, 256]
DELTA = 1e-5


def steps(rate, noise, count):
    return dp.SelfComposedDpEvent(dp.PoissonSampledDpEvent(rate, dp.GaussianDpEvent(noise)), count)


def composed(event, orders=None):
    accountant = RdpAccountant(orders) if orders else RdpAccountant()
    return accountant.compose(event)


# Where it says that it did not converge, the figure is no reference, and the test leaves it out.
for rate, noise in [(1, 1.0), (0.01, 1.1), (0.1, 2.0), (0.5, 0.6)]:
    print("divergences", rate, noise, [float(d) for d in composed(steps(rate, noise, 1), ORDERS)._rdp])
for rate, noise, count in [(0.01, 1.1, 1000), (256 / 60000, 1.1, 14063), (0.004, 0.8, 10000), (0.1, 2.0, 100), (1, 4.0, 10), (0.02, 5.0, 50)]:
    print("epsilon", rate, noise, count, float(composed(steps(rate, noise, count)).get_epsilon(DELTA)))
both = dp.ComposedDpEvent([steps(0.01, 1.1, 1000), steps(0.1, 2.0, 100)])
print("composition", float(composed(both).get_epsilon(DELTA)))
print("delta", float(composed(steps(0.01, 1.1, 1000)).get_delta(2.0)))
for rate, count in [(0.01, 1000), (0.1, 200)]:
    for epsilon in (8.0, 1.0):
        print("noise", rate, count, epsilon, dp.calibrate_dp_mechanism(RdpAccountant, lambda noise: steps(rate, noise, count), epsilon, DELTA))
