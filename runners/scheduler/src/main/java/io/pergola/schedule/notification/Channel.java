package io.pergola.schedule.notification;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Somebody who is told, as the configuration file has it.
 *
 * @param name unique in the file
 * @param occasions what they are told of
 * @param pipelines of which pipelines; empty for all
 * @param target how they are told
 */
record Channel(String name, Set<Occasion> occasions, Set<String> pipelines, Channel.Target target) {
  Channel {
    occasions = Set.copyOf(occasions);
    pipelines = Set.copyOf(pipelines);
  }

  /** Whether this channel is told of something. */
  boolean wants(Notice notice) {
    return notice.occasion() == Occasion.TEST
        || (occasions.contains(notice.occasion())
            && (pipelines.isEmpty() || pipelines.contains(notice.pipeline())));
  }

  /** Where a notice goes. */
  sealed interface Target {
    <T> T match(Function<Webhook, T> webhook, Function<Mail, T> mail);
  }

  /**
   * An HTTP POST.
   *
   * @param address {@code http} or {@code https}
   * @param allowed loopback and private addresses that it may resolve to
   * @param secretVariable the environment variable that holds the secret to sign with
   * @param timeout for the whole exchange
   */
  record Webhook(
      URI address, List<AddressRange> allowed, Optional<String> secretVariable, Duration timeout)
      implements Target {
    Webhook {
      allowed = List.copyOf(allowed);
    }

    @Override
    public <T> T match(Function<Webhook, T> webhook, Function<Mail, T> mail) {
      return webhook.apply(this);
    }
  }

  /**
   * A mail over SMTP.
   *
   * @param userVariable the environment variable that holds the user's name, if the server wants
   *     one
   * @param passwordVariable the environment variable that holds the password
   * @param timeout for each step of the exchange
   */
  record Mail(
      String host,
      int port,
      Tls tls,
      Optional<String> userVariable,
      Optional<String> passwordVariable,
      String from,
      List<String> to,
      Duration timeout)
      implements Target {
    Mail {
      to = List.copyOf(to);
    }

    @Override
    public <T> T match(Function<Webhook, T> webhook, Function<Mail, T> mail) {
      return mail.apply(this);
    }
  }

  /** How a connection to a mail server is encrypted. */
  enum Tls {
    /** Begun in plain text, then encrypted, or not used at all. */
    STARTTLS,
    /** Encrypted from the first byte. */
    TLS,
    NONE
  }
}
