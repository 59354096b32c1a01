"""Reference lines against Fresnel integrals, quadrature and differences."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads.road_maps import NAMES, network
from scipy.integrate import quad
from scipy.special import fresnel

from sim.roads.curves import Arc, Line, ParamPoly3, Poly3, Spiral
from sim.roads.plan_view import PlanView

POSE = (0.0, 3.0, -4.0, 0.7)


def at(geometry, ds):
    ds = np.atleast_1d(np.asarray(ds, float))
    return PlanView([[geometry]]).in_piece(np.zeros(len(ds), np.intp), ds)


def placed(u, v):
    c, s = math.cos(POSE[3]), math.sin(POSE[3])
    return np.stack([POSE[1] + c * u - s * v, POSE[2] + s * u + c * v], 1)


def test_line():
    ds = np.linspace(0, 20, 7)
    found = at(Line(*POSE, 20.0), ds)
    np.testing.assert_allclose(found.xy_m, placed(ds, 0 * ds), atol=1e-13)
    assert (found.heading_rad == POSE[3]).all()
    assert (found.curvature == 0).all()


@pytest.mark.parametrize("curvature", [0.02, -0.5, 1e-9])
def test_arc_lies_on_its_circle(curvature):
    ds = np.linspace(0, 20, 50)
    found = at(Arc(*POSE, 20.0, curvature), ds)
    center = placed(np.zeros(1), np.array([1 / curvature]))
    radius = np.hypot(*(found.xy_m - center).T)
    np.testing.assert_allclose(radius, 1 / abs(curvature), rtol=1e-12)
    np.testing.assert_allclose(found.heading_rad, POSE[3] + curvature * ds, rtol=1e-14)
    chord = np.hypot(*(found.xy_m - found.xy_m[0]).T)
    np.testing.assert_allclose(chord, np.abs(2 / curvature * np.sin(curvature * ds / 2)), atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2), st.floats(1, 150))
def test_spiral_is_the_fresnel_integral(start, end, length):
    rate = (end - start) / length
    if abs(rate) < 1e-5:
        return
    ds = np.linspace(0, length, 23)
    scale = math.sqrt(math.pi / abs(rate))
    first = start / rate
    s1, c1 = fresnel((first + ds) / scale)
    s0, c0 = fresnel(first / scale)
    along, across = scale * (c1 - c0), scale * (s1 - s0) * np.sign(rate)
    turn = -rate * first**2 / 2
    u = math.cos(turn) * along - math.sin(turn) * across
    v = math.sin(turn) * along + math.cos(turn) * across
    found = at(Spiral(*POSE, length, start, end), ds)
    np.testing.assert_allclose(found.xy_m, placed(u, v), atol=1e-9)
    np.testing.assert_allclose(found.heading_rad, POSE[3] + start * ds + rate * ds**2 / 2, atol=1e-12)


def test_spiral_of_hardly_any_change_is_an_arc():
    ds = np.linspace(0, 100, 11)
    spiral, arc = at(Spiral(*POSE, 100.0, 0.05, 0.05 + 1e-15), ds), at(Arc(*POSE, 100.0, 0.05), ds)
    np.testing.assert_allclose(spiral.xy_m, arc.xy_m, atol=1e-11)


CUBICS = [
    Poly3(*POSE, 25.0, 0.0, 0.0, -0.005, 1.5e-4),
    Poly3(*POSE, 12.0, 0.5, -2.0, 0.3, 0.02),
    ParamPoly3(*POSE, 31.0, (0.0, 30.0, 1.0, -2.0), (0.0, 0.0, 3.0, -1.0)),
    ParamPoly3(*POSE, 9.0, (0.0, 1.0, -0.03, 0.0), (0.0, 0.1, 0.06, 0.001), normalized=False),
    ParamPoly3(*POSE, 5.0, (0.0, 0.0, 9.0, -6.0), (0.0, 0.0, 0.0, 4.0)),
]


@pytest.mark.parametrize("curve", CUBICS)
def test_cubics_are_run_through_by_arc_length(curve):
    if isinstance(curve, Poly3):
        u, v = (0.0, 1.0, 0.0, 0.0), (curve.a, curve.b, curve.c, curve.d)
    else:
        u, v = curve.u, curve.v
    pu, pv = np.polynomial.Polynomial(u), np.polynomial.Polynomial(v)
    du, dv = pu.deriv(), pv.deriv()
    end = (1.0 if curve.normalized else curve.length_m) if isinstance(curve, ParamPoly3) else curve.length_m
    p = np.linspace(0, end, 19)
    arc = np.array([quad(lambda x: math.hypot(du(x), dv(x)), 0, x, epsabs=1e-12, limit=200)[0] for x in p])
    stretch = arc[-1] / curve.length_m if isinstance(curve, ParamPoly3) else 1.0
    inside = arc / stretch <= curve.length_m
    found = at(curve, arc[inside] / stretch)
    np.testing.assert_allclose(found.xy_m, placed(pu(p), pv(p))[inside], atol=1e-7)
    # A cusp has no tangent.
    smooth = inside & (np.hypot(du(p), dv(p)) > 1e-3)
    turn = np.arctan2(dv(p), du(p))[smooth]
    np.testing.assert_allclose(found.heading_rad[smooth[inside]], POSE[3] + turn, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_headings_and_curvatures_are_derivatives(name):
    roads = network(name).roads[:40]
    plan = PlanView([road.plan_view for road in roads])
    step = 1e-4
    for k, road in enumerate(roads):
        edges = np.array([g.s_m for g in road.plan_view] + [road.length_m])
        s = np.linspace(0, road.length_m, 60)
        s = s[np.abs(s[:, None] - edges).min(1) > 2 * step]
        row = np.full(len(s), k)
        before, here, after = (plan.at(row, s + x) for x in (-step, 0.0, step))
        ahead = (after.xy_m - before.xy_m) / (2 * step)
        np.testing.assert_allclose(np.hypot(*ahead.T), 1.0, atol=1e-6)
        np.testing.assert_allclose(ahead[:, 0], np.cos(here.heading_rad), atol=1e-6)
        np.testing.assert_allclose(ahead[:, 1], np.sin(here.heading_rad), atol=1e-6)
        turn = (after.heading_rad - before.heading_rad + np.pi) % (2 * np.pi) - np.pi
        np.testing.assert_allclose(turn / (2 * step), here.curvature, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_geometries_join(name):
    for road in network(name).roads:
        shapes = road.plan_view
        plan = PlanView([shapes])
        rows = np.arange(len(shapes))
        ends = plan.in_piece(rows, np.array([g.length_m for g in shapes]))
        starts = np.array([(g.x_m, g.y_m) for g in shapes])
        np.testing.assert_allclose(ends.xy_m[:-1], starts[1:], atol=2e-3)
