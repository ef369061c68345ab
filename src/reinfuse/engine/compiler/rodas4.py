"""The numbers of the method RODAS4.

Source: Hairer and Wanner, Solving Ordinary Differential Equations II (1996), section IV.7;
coefficients as in their program RODAS with method 1.
"""

from __future__ import annotations

ERROR_ORDER = 4  # the estimate falls with the fourth power of the step
GAMMA = 0.25
# By stage: what it adds of each stage before to the states, and to the slopes per step length.
VALUES: tuple[tuple[float, ...], ...] = (
    (),
    (1.544,),
    (0.9466785280815826, 0.2557011698983284),
    (3.314825187068521, 2.896124015972201, 0.9986419139977817),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950),
    (1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0),
)
SLOPES: tuple[tuple[float, ...], ...] = (
    (),
    (-5.6688,),
    (-2.430093356833875, -0.2063599157091915),
    (-0.1073529058151375, -9.594562251023355, -20.47028614809616),
    (7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160),
    (
        8.083246795921522,
        -7.981132988064893,
        -31.52159432874371,
        16.31930543123136,
        -6.058818238834054,
    ),
)
# By stage: its time, and its share of the slope by time.
TIMES = (0.0, 0.386, 0.21, 0.63, 1.0, 1.0)
DRIFTS = (0.25, -0.1043, 0.1035, -0.03620000000000023, 0.0, 0.0)
# States inside of a step, by stage.
DENSE_U = (
    10.12623508344586,
    -7.487995877610167,
    -34.80091861555747,
    -7.992771707568823,
    1.025137723295662,
)
DENSE_W = (
    -0.6762803392801253,
    6.087714651680015,
    16.43084320892478,
    24.76722511418386,
    -6.594389125716872,
)
