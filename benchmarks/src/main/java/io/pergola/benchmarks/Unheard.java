package io.pergola.benchmarks;

import io.pergola.run.JobListener;

/** Shows no progress. */
final class Unheard implements JobListener {
  @Override
  public void submitted(String jobId) {}

  @Override
  public void rows(long rows) {}
}
