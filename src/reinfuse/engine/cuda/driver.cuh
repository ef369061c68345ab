// What one thread does, the same for every model: take a patient, follow it to the end, take the
// next. Above this text stand the numbers of the model (STATES, PARAMETERS, OUTPUTS, ...), the type
// `real`, and the functions made from it: begin, rates, advance, observe, happen.
//
// Steps are chosen as on the CPU: Hairer, Norsett and Wanner, Solving Ordinary Differential
// Equations I, II.4.

#define LARGEST_ERROR ((real)1e6)
#define SMALLEST_ERROR ((real)1e-10)
#define LEAST_STEP 1e-14  // of the time that has passed or the span: below it time stands still
#define SHORTEST_FIRST 2.3e-16  // of the time that has passed: with less it stands still

// How far a step was from what is allowed, as the root mean square over states: accepted up to 1.
// LARGEST_ERROR where a state left the range of numbers.
__device__ __forceinline__ real error_of(const real (&before)[STATES], const real (&after)[STATES],
                                         const real (&error)[STATES], const real relative,
                                         const real *absolute) {
  real total = (real)0;
  bool finite = true;
#pragma unroll
  for (int i = 0; i < STATES; ++i) {
    const real size = most_of(magnitude(before[i]), magnitude(after[i]));
    const real share = error[i] / (absolute[i] + relative * size);
    total += share * share;
    // An infinite state would make its own error a share of nothing.
    finite = finite & (magnitude(after[i]) < UNBOUNDED);
  }
  const real found = root(total / (real)STATES);
  return finite & (found < LARGEST_ERROR) ? found : LARGEST_ERROR;
}

// By how much the next step may be longer. The error falls with the fourth power of the step.
__device__ __forceinline__ real growth_of(const real error) {
  const real held = error > SMALLEST_ERROR ? error : SMALLEST_ERROR;
  const real wanted = (real)0.9 / root(root(held));
  return wanted < (real)0.2 ? (real)0.2 : (wanted > (real)6 ? (real)6 : wanted);
}

// A step to begin with: a share of the time in which the states, at their present rates, would
// change by as much as they are, never more than a share of the span.
__device__ __forceinline__ double first_step(const real t, const real (&y)[STATES], const real *p,
                                             const real relative, const real *absolute,
                                             const double span) {
  real rate[STATES], still = (real)0, moving = (real)0;
  rates(t, y, p, rate);
#pragma unroll
  for (int i = 0; i < STATES; ++i) {
    const real allowed = absolute[i] + relative * magnitude(y[i]);
    still += (y[i] / allowed) * (y[i] / allowed);
    moving += (rate[i] / allowed) * (rate[i] / allowed);
  }
  const double size = root(still), speed = root(moving), longest = 0.01 * span;
  const double guess = 0.05 * size / speed;
  const bool told = size > 1e-5 && speed > 1e-5 && guess < longest;
  return told ? guess : 1e-3 * longest;  // too long or too short, errors correct it soon
}

extern "C" __global__ void __launch_bounds__(THREADS, BLOCKS) simulate(SIGNATURE) {
  // Parameters lie in shared memory, one column for each thread. They are read in all six stages of
  // a step and never change: kept in registers they would push the stages themselves out to local
  // memory, and in global memory each thread would read them from another line, since threads of a
  // warp soon have patients that are no neighbours. Threads side by side use banks side by side.
  extern __shared__ double pool[];
  real *const p = reinterpret_cast<real *>(pool) + threadIdx.x;

  bool idle = true;
  unsigned int patient = 0;
  int status = OK, taken = 0;
  long long due = 0, last = 0;
  unsigned int told = 0;
  double t = start, stop = start, wanted = 0.0;
  real y[STATES], *seen = out;

  // One loop, not a loop over steps inside a loop over patients: threads of a warp wait for each
  // other at the end of an inner loop, so each would stand idle until the slowest patient of its
  // warp is done. Here a thread that is done takes the next patient while the others step on.
  // For the same reason arrays are laid out by patient, as they come and as they are wanted:
  // threads of a warp are at different times anyway, so none of their outputs are neighbours, and
  // all that is seen at one time by one of them at least fills a sector of memory.
  for (;;) {
    if (idle) {
      const unsigned int taking = atomicAdd(next_patient, 1u);
      if (taking >= patients) break;
      idle = false;
      patient = taking;
      status = statuses[patient], taken = 0, told = 0;
      due = offsets[patient], last = offsets[patient + 1];
      t = start, stop = start;
      seen = out + (size_t)patient * times * OUTPUTS;
      const real *given = parameters + (size_t)patient * PARAMETERS;
#pragma unroll 8
      for (int j = 0; j < PARAMETERS; ++j) p[j * THREADS] = given[j];
      begin(p, y);
    }

    if (status == OK && t >= stop) {  // the start, an event, or the end
      double when = end;
      for (; due < last; ++due) {
        when = event_times[due];
        if (!(when <= t)) break;
        const int kind = event_kinds[due];
        if (kind < EFFECTS) {
          happen(kind, (real)t, y, p);
        } else {
          const real amount = (real)event_amounts[due];
          // Compared, not indexed: an index known only now would move all states from registers
          // to local memory.
#pragma unroll
          for (int i = 0; i < STATES; ++i) y[i] = i == kind - EFFECTS ? y[i] + amount : y[i];
        }
      }
      stop = due < last && when < end ? when : end;
      // 0 if every state is finite, and otherwise no number.
      real nothing = 0;
#pragma unroll
      for (int i = 0; i < STATES; ++i) nothing += y[i] * (real)0;
      if (nothing == (real)0) {
        wanted = first_step((real)t, y, p, (real)rtol, atol, end - start);
        const double least = SHORTEST_FIRST * (t < 0.0 ? -t : t);
        wanted = wanted > least ? wanted : least;
        // What is seen at the moment of an event is what it left.
        for (; told < times && output_times[told] <= t; ++told, seen += OUTPUTS)
          observe((real)t, y, p, seen);
      } else {
        status = NOT_FINITE;
      }
    }

    if (status == OK && t < end) {
      const double left = stop - t;
      const bool arrives = wanted >= left * (1.0 - 1e-6);
      // Two steps of like size rather than a long one and a crumb.
      const double reached = arrives ? stop : t + (wanted > 0.5 * left ? 0.5 * left : wanted);
      // Far from time 0 a sum is rounded: the step is what time moves by, not what was wanted.
      const double length = reached - t;
      const real h = (real)length;
      real after[STATES], error[STATES], dense_u[STATES], dense_w[STATES];
      advance((real)t, h, y, p, after, error, dense_u, dense_w);
      ++taken;
      const real far = error_of(y, after, error, (real)rtol, atol);
      wanted = length * growth_of(far);
      if (far <= (real)1) {
        for (; told < times && output_times[told] < reached; ++told, seen += OUTPUTS) {
          const real share = (real)((output_times[told] - t) / length), rest = (real)1 - share;
          real z[STATES];
#pragma unroll
          for (int i = 0; i < STATES; ++i)
            z[i] = rest * y[i] + share * (after[i] + rest * (dense_u[i] + share * dense_w[i]));
          observe((real)output_times[told], z, p, seen);
        }
#pragma unroll
        for (int i = 0; i < STATES; ++i) y[i] = after[i];
        t = reached;
      } else {
        const double passed = t < 0.0 ? -t : t, span = end - start;
        if (!(wanted >= LEAST_STEP * (passed > span ? passed : span)))
          status = far < LARGEST_ERROR ? STEP_TOO_SMALL : NOT_FINITE;
      }
      // A patient who is done in the last step allowed is done.
      if (status == OK && taken >= most_steps && t < end) status = STEP_LIMIT;
      if (status == OK) continue;  // an event or the end is seen to in the next round
    }

    // What was not reached is not a number, so that nobody takes it for one.
    for (; told < times; ++told, seen += OUTPUTS)
      for (int k = 0; k < OUTPUTS; ++k) seen[k] = NOT_A_NUMBER;
    statuses[patient] = status;
    steps[patient] = taken;
    idle = true;
  }
}
