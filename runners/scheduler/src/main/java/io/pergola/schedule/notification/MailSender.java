package io.pergola.schedule.notification;

import io.pergola.schedule.notification.Channel.Mail;
import io.pergola.schedule.notification.Channel.Tls;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** Sends notices as plain-text mails. */
final class MailSender {
  private final Map<String, String> environment;

  MailSender(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Whether this is one address, without a display name and without anything that begins a line.
   */
  static boolean isAddress(String text) {
    try {
      InternetAddress[] parsed = InternetAddress.parse(text, true);
      return parsed.length == 1
          && text.indexOf('@') > 0
          && text.chars().noneMatch(c -> c < 0x20 || c == 0x7f)
          && text.equals(parsed[0].getAddress());
    } catch (AddressException e) {
      return false;
    }
  }

  void send(Mail mail, Notice notice) throws NotSentException {
    String protocol = mail.tls() == Tls.TLS ? "smtps" : "smtp";
    Session session = Session.getInstance(properties(mail, protocol));
    try (Transport transport = session.getTransport(protocol)) {
      MimeMessage message = new MimeMessage(session);
      message.setFrom(new InternetAddress(mail.from(), true));
      for (String to : mail.to()) {
        message.addRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
      }
      message.setSubject(notice.title(), StandardCharsets.UTF_8.name());
      message.setSentDate(Date.from(notice.time()));
      message.setHeader("X-Pergola-Notification-Id", notice.id().replaceAll("[^\\x21-\\x7e]", "_"));
      message.setText(notice.text(), StandardCharsets.UTF_8.name());
      message.saveChanges();
      if (mail.userVariable().isPresent()) {
        transport.connect(
            mail.host(), mail.port(), value(mail.userVariable()), value(mail.passwordVariable()));
      } else {
        transport.connect(mail.host(), mail.port(), null, null);
      }
      transport.sendMessage(message, message.getAllRecipients());
    } catch (MessagingException e) {
      throw new NotSentException(
          "Cannot send mail by %s:%d: %s. Check the channel's settings."
              .formatted(mail.host(), mail.port(), firstLine(e)),
          e);
    }
  }

  private static Properties properties(Mail mail, String protocol) {
    String prefix = "mail." + protocol + ".";
    String timeout = Long.toString(mail.timeout().toMillis());
    Properties properties = new Properties();
    properties.setProperty(prefix + "connectiontimeout", timeout);
    properties.setProperty(prefix + "timeout", timeout);
    properties.setProperty(prefix + "writetimeout", timeout);
    properties.setProperty(prefix + "auth", Boolean.toString(mail.userVariable().isPresent()));
    properties.setProperty(prefix + "ssl.checkserveridentity", "true");
    properties.setProperty(prefix + "from", mail.from());
    if (mail.tls() == Tls.STARTTLS) {
      properties.setProperty(prefix + "starttls.enable", "true");
      properties.setProperty(prefix + "starttls.required", "true");
    }
    return properties;
  }

  private String value(Optional<String> variable) throws NotSentException {
    String name = variable.orElse("");
    String value = environment.get(name);
    if (value == null) {
      throw new NotSentException(
          "Cannot log in to the mail server: %s is not set. Set it where the daemon starts."
              .formatted(name),
          null);
    }
    return value;
  }

  private static String firstLine(MessagingException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
  }
}
