package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every metadata store does for notifications that several senders work on. */
abstract class NotificationLedgerContract extends StoreFixture {
  private static final Duration TERM = Duration.ofSeconds(30);

  private void put(String id, String channel) {
    store.notifications().put(new NotificationDraft(id, channel, "failure", "{}"));
  }

  private Optional<String> taken() {
    return store
        .notifications()
        .take(TERM)
        .map(one -> one.draft().id() + " " + one.draft().channel());
  }

  private StoredNotification only() {
    List<StoredNotification> all = store.notifications().list(10);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void anEventIsStoredWholeForEachChannel() {
    NotificationDraft draft =
        new NotificationDraft("failure/r1", "ops", "failure", "{\"title\":\"ä\"}");
    assertThat(store.notifications().put(draft)).isTrue();
    put("failure/r1", "team");

    assertThat(store.notifications().list(10))
        .extracting(one -> one.draft().channel())
        .containsExactly("ops", "team");
    assertThat(store.notifications().list(1))
        .containsExactly(
            new StoredNotification(
                draft,
                StoredNotification.State.PENDING,
                0,
                clock.instant(),
                clock.instant(),
                Optional.empty()));
    assertThatThrownBy(() -> put("", "ops")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOldestIsTakenFirstAndTheNewestListedFirst() {
    put("b", "ops");
    clock.advance(Duration.ofSeconds(1));
    put("a", "ops");

    assertThat(store.notifications().list(10))
        .extracting(one -> one.draft().id())
        .containsExactly("a", "b");
    assertThat(taken()).contains("b ops");
    assertThat(taken()).contains("a ops");
    assertThat(taken()).isEmpty();
  }

  @Test
  void aNotificationIsAnothersWhenItsTermIsOverAndNotBefore() {
    put("a", "ops");
    assertThat(taken()).isPresent();
    clock.advance(TERM.minusMillis(1));
    assertThat(taken()).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(taken()).isPresent();
    assertThat(only().attempts()).isEqualTo(2);
  }

  @Test
  void whatArrivedStaysSoWhateverASlowerSenderSays() {
    put("a", "ops");
    taken();
    store.notifications().sent("a", "ops");
    store.notifications().retry("a", "ops", "timeout", clock.instant());
    assertThat(only().state()).isEqualTo(StoredNotification.State.SENT);
    store.notifications().giveUp("a", "ops", "timeout");

    assertThat(only().state()).isEqualTo(StoredNotification.State.SENT);
    assertThat(only().problem()).isEmpty();
  }

  @Test
  void whatWasGivenUpIsNotTriedAgainUnlessItArrivedAfterAll() {
    put("a", "ops");
    taken();
    store.notifications().giveUp("a", "ops", "503");
    store.notifications().retry("a", "ops", "timeout", clock.instant());
    clock.advance(Duration.ofDays(1));

    assertThat(taken()).isEmpty();
    assertThat(only().state()).isEqualTo(StoredNotification.State.FAILED);
    assertThat(only().problem()).contains("503");
    store.notifications().sent("a", "ops");
    assertThat(only().state()).isEqualTo(StoredNotification.State.SENT);
  }

  @Test
  void oneChannelsEndIsNotTheOthers() {
    put("a", "ops");
    put("a", "team");
    store.notifications().sent("a", "ops");

    assertThat(taken()).contains("a team");
    assertThat(taken()).isEmpty();
  }

  @Test
  void theMarkNeverGoesBack() {
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");
    assertThat(store.notifications().lookedUpTo()).isEmpty();
    store.notifications().lookedUpTo(noon);
    store.notifications().lookedUpTo(noon.minusMillis(1));

    assertThat(store.notifications().lookedUpTo()).contains(noon);
  }

  @Test
  void ofManySendersEachTakesAnother() throws Exception {
    for (int i = 0; i < 16; i++) {
      put("n" + i, "ops");
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<String> taken = new ArrayList<>();
    try {
      List<Callable<List<String>>> senders =
          IntStream.range(0, 4)
              .<Callable<List<String>>>mapToObj(
                  i ->
                      () -> {
                        List<String> own = new ArrayList<>();
                        try (MetadataStore mine = open()) {
                          Optional<StoredNotification> next = mine.notifications().take(TERM);
                          while (next.isPresent()) {
                            own.add(next.get().draft().id());
                            next = mine.notifications().take(TERM);
                          }
                        }
                        return own;
                      })
              .toList();
      for (Future<List<String>> one : threads.invokeAll(senders)) {
        taken.addAll(one.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(taken)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 16).mapToObj(i -> "n" + i).toList());
  }
}
