package io.pergola.schedule.notification;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.NotificationDraft;
import io.pergola.metadata.StoredNotification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts notices on record and sends them. A notice is recorded before it is sent and marked
 * afterwards: a process that dies in between leads to a second sending with the same id, never to
 * none. Several processes may share a store; each notice has one sender at a time.
 */
public final class Notifier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

  /** A sender that has not said how it went within this time counts as gone. */
  private static final Duration TERM = Duration.ofMinutes(3);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int MOST_ATTEMPTS = 10;

  private final List<Channel> channels;
  private final MetadataStore store;
  private final Clock clock;
  private final WebhookSender webhooks;
  private final MailSender mails;

  Notifier(
      List<Channel> channels,
      MetadataStore store,
      Clock clock,
      Map<String, String> environment,
      DnsResolver names) {
    this.channels = List.copyOf(channels);
    this.store = store;
    this.clock = clock;
    this.webhooks = new WebhookSender(names, environment);
    this.mails = new MailSender(environment);
  }

  /** Tells nobody. */
  public static Notifier none(MetadataStore store) {
    return new Notifier(
        List.of(), store, Clock.systemUTC(), Map.of(), SystemDefaultDnsResolver.INSTANCE);
  }

  /**
   * Tells whom a file names.
   *
   * @throws ConfigurationException if the file is wrong, naming every problem
   */
  public static Notifier of(Path file, MetadataStore store, Map<String, String> environment)
      throws IOException {
    return new Notifier(
        NotificationFile.read(file),
        store,
        Clock.systemUTC(),
        environment,
        SystemDefaultDnsResolver.INSTANCE);
  }

  /** Whether there is anybody to tell. */
  public boolean isSilent() {
    return channels.isEmpty();
  }

  /** The names of those who are told. */
  public List<String> channels() {
    return channels.stream().map(Channel::name).toList();
  }

  /** Records a notice for everybody who wants it; one that is on record already is no news. */
  public void put(Notice notice) {
    for (Channel channel : channels) {
      if (channel.wants(notice)) {
        store
            .notifications()
            .put(
                new NotificationDraft(
                    notice.id(), channel.name(), notice.occasion().key(), notice.toJson()));
      }
    }
  }

  /** Sends what is due; what fails is due again later. */
  public void sendDue() {
    if (channels.isEmpty()) {
      return;
    }
    Optional<StoredNotification> next = store.notifications().take(TERM);
    while (next.isPresent()) {
      send(next.get());
      next = store.notifications().take(TERM);
    }
  }

  private void send(StoredNotification notification) {
    NotificationDraft draft = notification.draft();
    Optional<Channel> channel =
        channels.stream().filter(one -> one.name().equals(draft.channel())).findFirst();
    if (channel.isEmpty()) {
      store
          .notifications()
          .giveUp(draft.id(), draft.channel(), "the channel is no longer in the file");
      return;
    }
    try {
      send(channel.get(), Notice.fromJson(draft.body()));
      store.notifications().sent(draft.id(), draft.channel());
      LOG.info("Sent notification {} to {}", draft.id(), draft.channel());
    } catch (NotSentException e) {
      String problem = String.valueOf(e.getMessage());
      LOG.warn("Notification {} to {}: {}", draft.id(), draft.channel(), problem);
      if (notification.attempts() >= MOST_ATTEMPTS) {
        store.notifications().giveUp(draft.id(), draft.channel(), problem);
      } else {
        store
            .notifications()
            .retry(
                draft.id(),
                draft.channel(),
                problem,
                clock.instant().plus(pause(notification.attempts())));
      }
    }
  }

  /** 10 s, then four times as long each time, up to an hour. */
  static Duration pause(int attempts) {
    Duration pause = FIRST_PAUSE;
    for (int i = 1; i < attempts && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
      pause = pause.multipliedBy(4);
    }
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /**
   * Sends a test to every channel at once, past the record.
   *
   * @return a line for each channel that could not be told
   */
  public List<String> test(Notice notice) {
    List<String> problems = new ArrayList<>();
    for (Channel channel : channels) {
      try {
        send(channel, notice);
      } catch (NotSentException e) {
        problems.add("%s: %s".formatted(channel.name(), e.getMessage()));
      }
    }
    return problems;
  }

  private void send(Channel channel, Notice notice) throws NotSentException {
    if (channel.target() instanceof Channel.Webhook webhook) {
      webhooks.send(webhook, notice);
    } else if (channel.target() instanceof Channel.Mail mail) {
      mails.send(mail, notice);
    }
  }

  @Override
  public void close() {
    webhooks.close();
  }
}
