package io.pergola.metadata.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.internal.FaultyDialect.Fault;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * F3: each JDBC call fails once; whatever is there then is whole, and can be gone on with. The
 * short form breaks every few calls, another few for each fault; {@code -Pfault-campaign} every
 * one.
 */
abstract class JdbcFaultContract {
  private static final boolean CAMPAIGN = Boolean.getBoolean("pergola.fault-campaign");
  private static final int STRIDE_OF_RUN = CAMPAIGN ? 1 : 5;

  /** A database that nothing is in. */
  abstract Dialect fresh();

  /** Every how many calls a migration is broken in the short form. */
  abstract int stride();

  @ParameterizedTest
  @EnumSource(Fault.class)
  void f3_everyJdbcCallOfARunFails(Fault fault) {
    Dialect real = fresh();
    FaultyDialect faulty = new FaultyDialect(real, fault);
    long failed = 0;
    long points = 0;
    try (MetadataStore store = SqlMetadataStore.open(faulty, Clock.systemUTC());
        MetadataStore witness = SqlMetadataStore.open(real, Clock.systemUTC())) {
      OneRun.types(store);
      OneRun.drive(store, "warm");
      faulty.arm(0);
      OneRun.drive(store, "count");
      long calls = faulty.calls();
      for (long call = 1 + fault.ordinal() % STRIDE_OF_RUN; call <= calls; call += STRIDE_OF_RUN) {
        String id = fault + "-" + call;
        faulty.arm(call);
        try {
          OneRun.drive(store, id);
        } catch (MetadataStoreException e) {
          failed++;
          assertThat(e).hasStackTraceContaining("the injected");
        }
        assertThat(faulty.struck()).as("call %s", call).isTrue();
        points++;
        faulty.arm(0);
        OneRun.check(witness, id);
        OneRun.drive(store, id);
        OneRun.checkDone(witness, id);
      }
    }
    System.out.printf(
        "F3 %s %s: %d calls failed, %d of them were told, the others were repaired%n",
        getClass().getSimpleName(), fault, points, failed);
    if (fault != Fault.REFUSED && real.isDisconnected(new java.sql.SQLException("", "08006"))) {
      assertThat(failed).as("a lost connection is replaced").isZero();
    }
  }

  @Test
  void f3_aCommitWhoseAnswerWasLostIsFoundToHaveHappened() {
    Dialect real = fresh();
    for (Fault fault : Fault.values()) {
      FaultyDialect faulty = new FaultyDialect(real, fault);
      try (MetadataStore store = SqlMetadataStore.open(faulty, Clock.systemUTC())) {
        OneRun.types(store);
        faulty.arm(0);
        store.putArtifact(io.pergola.metadata.ArtifactDraft.of("Model").name("warm " + fault));
        long commit = faulty.calls();
        faulty.arm(commit);
        boolean told = false;
        try {
          store.putArtifact(io.pergola.metadata.ArtifactDraft.of("Model").name("x " + fault));
        } catch (MetadataStoreException e) {
          told = true;
        }
        assertThat(faulty.struck()).isTrue();
        int there =
            store
                .artifacts(
                    io.pergola.metadata.ArtifactFilter.all().type("Model").name("x " + fault),
                    io.pergola.metadata.Paging.all())
                .items()
                .size();
        assertThat(there).as("%s", fault).isEqualTo(told ? 0 : 1);
        if (fault == Fault.UNANSWERED) {
          assertThat(told).as("it happened, and is known to have").isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void f3_everyJdbcCallOfAMigrationFails(Fault fault) {
    FaultyDialect counting = new FaultyDialect(fresh(), fault);
    SqlMetadataStore.open(counting, Clock.systemUTC()).close();
    long calls = counting.calls();
    long points = 0;
    for (long call = 1; call <= calls; call += CAMPAIGN ? 1 : stride()) {
      points++;
      Dialect real = fresh();
      FaultyDialect faulty = new FaultyDialect(real, fault);
      faulty.arm(call);
      try {
        SqlMetadataStore.open(faulty, Clock.systemUTC()).close();
      } catch (MetadataStoreException e) {
        assertThat(e).hasStackTraceContaining("the injected");
      }
      assertThat(faulty.struck()).as("call %s", call).isTrue();
      try (MetadataStore store = SqlMetadataStore.open(real, Clock.systemUTC())) {
        OneRun.types(store);
        OneRun.drive(store, "after");
        OneRun.checkDone(store, "after");
      }
    }
    System.out.printf(
        "F3 %s %s: %d of %d calls of a migration failed%n",
        getClass().getSimpleName(), fault, points, calls);
  }
}
