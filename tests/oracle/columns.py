"""What the comparisons with other packages share: one way to compare two columns and to say it."""
import numpy as np

failures = []


def check(title, ours, oracle, absolute=0.0, relative=0.0, least=1):
    """The same values READY on both sides, and each within its tolerance (none: the same double)."""
    ours, oracle = np.asarray(ours, float), np.asarray(oracle, float)
    if ours.shape != oracle.shape:
        failures.append(title)
        print(f"FAIL {title}: {ours.shape} values against {oracle.shape}")
        return
    both = ~np.isnan(ours) & ~np.isnan(oracle)
    lone = int((np.isnan(ours) != np.isnan(oracle)).sum())
    error = np.abs(ours[both] - oracle[both])
    bad = int((error > absolute + relative * np.abs(oracle[both])).sum())
    ok = lone == 0 and bad == 0 and both.sum() >= least
    if not ok:
        failures.append(title)
    print(f"{'ok  ' if ok else 'FAIL'} {title}: {int(both.sum())} values, worst {error.max() if error.size else 0:.3g}"
          + ("" if ok else f"; {bad} beyond tolerance, {lone} READY on one side only"))
