package io.pergola.metadata.internal;

import io.pergola.metadata.Lease;
import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.Leases;
import io.pergola.metadata.NodeStart;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Leases: a row each, whose epoch only grows. */
final class LeaseRows implements Leases {
  private final Connections connections;
  private final Clock clock;

  LeaseRows(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  private record Row(Optional<String> holder, long epoch, Instant expires) {}

  @Override
  public Optional<Lease> acquire(String name, String holder, Duration term) {
    Instant now = clock.instant();
    return connections.write(
        db -> {
          Optional<Row> row = row(db, name);
          boolean held =
              row.isPresent() && row.get().holder().isPresent() && row.get().expires().isAfter(now);
          return held ? Optional.empty() : Optional.of(take(db, name, holder, now.plus(term)));
        });
  }

  @Override
  public Lease steal(String name, String holder, Duration term) {
    Instant now = clock.instant();
    return connections.write(db -> take(db, name, holder, now.plus(term)));
  }

  /** Makes the holder the next one, whoever was before. */
  static Lease take(Db db, String name, String holder, Instant expires) throws SQLException {
    db.update(
        "INSERT INTO \"pergola_lease\" (\"name\", \"holder\", \"epoch\", \"expires\")"
            + " VALUES (?, ?, 1, ?) ON CONFLICT (\"name\") DO UPDATE SET"
            + " \"holder\" = excluded.\"holder\", \"expires\" = excluded.\"expires\","
            + " \"epoch\" = \"pergola_lease\".\"epoch\" + 1",
        name,
        holder,
        expires);
    return current(db, name)
        .orElseThrow(() -> new SQLException("Lease '%s' was not written".formatted(name)));
  }

  @Override
  public Optional<Lease> renew(Lease lease, Duration term) {
    Instant expires = clock.instant().plus(term);
    return connections.write(
        db -> {
          int renewed =
              db.update(
                  "UPDATE \"pergola_lease\" SET \"expires\" = ? WHERE \"name\" = ?"
                      + " AND \"holder\" = ? AND \"epoch\" = ?",
                  expires,
                  lease.name(),
                  lease.holder(),
                  lease.epoch());
          return renewed == 1 ? current(db, lease.name()) : Optional.empty();
        });
  }

  @Override
  public Optional<Lease> handOver(Lease lease, String holder, Duration term) {
    Instant expires = clock.instant().plus(term);
    return connections.write(
        db ->
            isHeld(db, lease)
                ? Optional.of(take(db, lease.name(), holder, expires))
                : Optional.empty());
  }

  @Override
  public void release(Lease lease) {
    connections.change(db -> release(db, lease));
  }

  @Override
  public Optional<Lease> current(String name) {
    return connections.read(db -> current(db, name));
  }

  @Override
  public long epoch(String name) {
    return connections.read(db -> row(db, name).map(Row::epoch).orElse(0L));
  }

  /** Takes a lease that is free, unless somebody had it after a given epoch. */
  static Optional<Lease> claim(Db db, NodeStart.Claim claim, Instant now) throws SQLException {
    Optional<Row> row = row(db, claim.name());
    if (row.isPresent()
        && (row.get().epoch() != claim.after()
            || (row.get().holder().isPresent() && row.get().expires().isAfter(now)))) {
      return Optional.empty();
    }
    return Optional.of(take(db, claim.name(), claim.holder(), now.plus(claim.term())));
  }

  /** Gives a lease back that may have been lost. */
  static void release(Db db, Lease lease) throws SQLException {
    db.update(
        "UPDATE \"pergola_lease\" SET \"holder\" = NULL WHERE \"name\" = ?"
            + " AND \"holder\" = ? AND \"epoch\" = ?",
        lease.name(),
        lease.holder(),
        lease.epoch());
  }

  @Override
  public boolean isHeld(Lease lease) {
    return connections.read(db -> isHeld(db, lease));
  }

  /** Refuses the transaction of a holder that was replaced. */
  static void require(Db db, Lease lease) throws SQLException {
    if (!isHeld(db, lease)) {
      throw new LeaseLostException(lease);
    }
  }

  private static boolean isHeld(Db db, Lease lease) throws SQLException {
    return row(db, lease.name())
        .filter(row -> row.epoch() == lease.epoch())
        .flatMap(Row::holder)
        .filter(lease.holder()::equals)
        .isPresent();
  }

  private static Optional<Lease> current(Db db, String name) throws SQLException {
    return row(db, name)
        .flatMap(
            row -> row.holder().map(holder -> new Lease(name, holder, row.epoch(), row.expires())));
  }

  private static Optional<Row> row(Db db, String name) throws SQLException {
    return db.first(
        row ->
            new Row(
                Db.text(row, "holder"),
                row.getLong("epoch"),
                Instant.ofEpochMilli(row.getLong("expires"))),
        "SELECT \"holder\", \"epoch\", \"expires\" FROM \"pergola_lease\" WHERE \"name\" = ?",
        name);
  }
}
