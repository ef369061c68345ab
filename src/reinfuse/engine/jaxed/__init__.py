"""Models as functions of JAX, for gradients and as a judge."""
