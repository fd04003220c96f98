package io.pergola.metadata;

/**
 * Something that somebody is to be told.
 *
 * @param id the same for the same event, however often it is noticed
 * @param channel who is told: a name from the configuration
 * @param event what kind of event, {@code failure}
 * @param body what is said, as JSON
 */
public record NotificationDraft(String id, String channel, String event, String body) {
  public NotificationDraft {
    Names.check("notification id", id);
    Names.check("channel name", channel);
    Names.check("event", event);
  }
}
