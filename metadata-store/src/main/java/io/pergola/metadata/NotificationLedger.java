package io.pergola.metadata;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be told, and whether it was. An event is put once, whoever notices it and how often;
 * it is sent at least once, with the same id each time.
 */
public interface NotificationLedger {
  /**
   * Puts a notification, unless one of this id and channel is there.
   *
   * @return whether it is new
   */
  boolean put(NotificationDraft draft);

  /**
   * Takes the oldest notification that is due for the given time: within it nobody else is given
   * it. Each taking counts as an attempt.
   */
  Optional<StoredNotification> take(Duration term);

  /** Records that a notification arrived. */
  void sent(String id, String channel);

  /** Records that an attempt failed, and when the next may be made. */
  void retry(String id, String channel, String problem, Instant due);

  /** Records that no further attempt is made. */
  void giveUp(String id, String channel, String problem);

  /** Notifications, newest first. */
  List<StoredNotification> list(int limit);

  /** Up to where events have been looked at; empty before the first time. */
  Optional<Instant> lookedUpTo();

  /** Remembers up to where events have been looked at; it never goes back. */
  void lookedUpTo(Instant time);

  /** Ids of the runs that finished at or after a time, in the order in which they finished. */
  List<String> finishedSince(Instant time, int limit);
}
