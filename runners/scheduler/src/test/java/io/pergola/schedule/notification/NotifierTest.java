package io.pergola.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.StoredNotification;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifierTest {
  @TempDir Path folder;

  private final SettableClock clock = new SettableClock();
  private MetadataStore store;
  private HttpServer server;
  private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger answer = new AtomicInteger(204);

  private record Received(String path, String body, Map<String, List<String>> headers) {}

  private static final class SettableClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void start() throws IOException {
    store = MetadataStore.open(folder.resolve("metadata.db"), clock);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    store.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      received.add(
          new Received(
              exchange.getRequestURI().toString(), body, Map.copyOf(exchange.getRequestHeaders())));
      if (answer.get() == 302) {
        exchange.getResponseHeaders().set("Location", "/elsewhere");
      }
      exchange.sendResponseHeaders(answer.get(), -1);
    }
  }

  private Notifier notifier(String host, String allow, DnsResolver names) {
    String file =
        """
        channels:
          - name: ops
            webhook: http://%s:%d/hook?key=1
            secret-env: SECRET
            timeout: 5s
            allow: [%s]
        """
            .formatted(host, server.getAddress().getPort(), allow);
    return new Notifier(
        NotificationFile.read("n.yaml", file), store, clock, Map.of("SECRET", "s3cret"), names);
  }

  private static final DnsResolver LOOPBACK =
      new DnsResolver() {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
          return new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})};
        }

        @Override
        public String resolveCanonicalHostname(String host) {
          return host;
        }
      };

  private static Notice failure(String run) {
    return new Notice(
        "failure/" + run,
        Occasion.FAILURE,
        "taxi",
        Optional.of(run),
        Optional.of("nightly"),
        Optional.of("2025-12-31T00:00:00Z/2026-01-01T00:00:00Z"),
        Optional.of("node 'trainer' failed"),
        Instant.parse("2026-01-01T00:00:05Z"));
  }

  @Test
  void aNoticeArrivesOnceSignedWithItsId() {
    try (Notifier notifier = notifier("hooks.example.com", "127.0.0.1", LOOPBACK)) {
      notifier.put(failure("r1"));
      notifier.put(failure("r1"));
      notifier.sendDue();
      notifier.sendDue();
    }
    assertThat(received).hasSize(1);
    Received one = received.get(0);
    assertThat(one.path()).isEqualTo("/hook?key=1");
    assertThat(one.body())
        .isEqualTo(
            """
            {"format":1,"id":"failure/r1","event":"failure","pipeline":"taxi","run":"r1",\
            "schedule":"nightly","interval":"2025-12-31T00:00:00Z/2026-01-01T00:00:00Z",\
            "reason":"node 'trainer' failed","time":"2026-01-01T00:00:05Z",\
            "title":"Pergola: taxi failed"}""");
    assertThat(one.headers().get("Pergola-notification-id")).containsExactly("failure/r1");
    String signature = one.headers().get("Pergola-signature").get(0);
    String time = signature.substring(2, signature.indexOf(','));
    assertThat(signature)
        .isEqualTo(
            "t=%s,v1=%s".formatted(time, WebhookSender.sign("s3cret", time + "." + one.body())));
    assertThat(Notice.fromJson(one.body())).isEqualTo(failure("r1"));
  }

  /** RFC 4231, test case 2. */
  @Test
  void signaturesAreHmacSha256() {
    assertThat(WebhookSender.sign("Jefe", "what do ya want for nothing?"))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void whatFailsIsSentAgainLaterAndGivenUpInTheEnd() {
    answer.set(503);
    try (Notifier notifier = notifier("hooks.example.com", "127.0.0.0/8", LOOPBACK)) {
      notifier.put(failure("r1"));
      notifier.sendDue();
      notifier.sendDue();
      assertThat(received).as("not due yet").hasSize(1);
      assertThat(store.notifications().list(1).get(0).problem().orElseThrow())
          .startsWith("Cannot send to webhook http://hooks.example.com:")
          .endsWith(": it answered 503. Check the address.");

      clock.now = clock.now.plusSeconds(10);
      notifier.sendDue();
      assertThat(received).hasSize(2);
      for (int i = 0; i < 20; i++) {
        clock.now = clock.now.plus(Duration.ofHours(1));
        notifier.sendDue();
      }
    }
    assertThat(received).hasSize(10);
    assertThat(store.notifications().list(1).get(0).state())
        .isEqualTo(StoredNotification.State.FAILED);
  }

  @Test
  void pausesGrowToAnHour() {
    assertThat(List.of(1, 2, 3, 6, 9).stream().map(Notifier::pause).map(Duration::toSeconds))
        .containsExactly(10L, 40L, 160L, 3600L, 3600L);
  }

  /** A process that dies between sending and saying so: the next one sends again, same id. */
  @Test
  void aNoticeSurvivesTheDeathOfItsSender() {
    try (Notifier notifier = notifier("hooks.example.com", "127.0.0.1", LOOPBACK)) {
      notifier.put(failure("r1"));
      store.notifications().take(Duration.ofMinutes(3));
      notifier.sendDue();
      assertThat(received).as("the other one may still be at it").isEmpty();

      clock.now = clock.now.plus(Duration.ofMinutes(3));
      notifier.sendDue();
    }
    assertThat(received).hasSize(1);
  }

  @Test
  void redirectsAreNotFollowed() {
    answer.set(302);
    try (Notifier notifier = notifier("hooks.example.com", "127.0.0.1", LOOPBACK)) {
      assertThat(notifier.test(Notice.test("t", clock.now)))
          .singleElement()
          .asString()
          .contains("it answered 302. Redirects are not followed.");
    }
    assertThat(received).hasSize(1);
  }

  @Test
  void privateAddressesAreRefusedUnlessNamedWhateverTheNameSays() {
    for (String host : List.of("hooks.example.com", "127.0.0.1", "2130706433")) {
      try (Notifier notifier = notifier(host, "10.0.0.0/8", LOOPBACK)) {
        assertThat(notifier.test(Notice.test("t", clock.now)))
            .singleElement()
            .asString()
            .contains("127.0.0.1, which is loopback or private");
      }
    }
    assertThat(received).isEmpty();
  }

  /** The name answers with a public address first and with loopback a moment later. */
  @Test
  void theAddressThatWasCheckedIsTheOneThatIsConnectedTo() {
    AtomicInteger asked = new AtomicInteger();
    DnsResolver rebinding =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) throws UnknownHostException {
            byte[] first = {(byte) 203, 0, 113, 1};
            return new InetAddress[] {
              InetAddress.getByAddress(
                  host, asked.getAndIncrement() == 0 ? first : new byte[] {127, 0, 0, 1})
            };
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };
    String file =
        """
        channels: [{name: ops, webhook: "http://hooks.example.com:%d/", timeout: 300ms}]
        """
            .formatted(server.getAddress().getPort());
    try (Notifier notifier =
        new Notifier(NotificationFile.read("n.yaml", file), store, clock, Map.of(), rebinding)) {
      assertThat(notifier.test(Notice.test("t", clock.now))).hasSize(1);
    }
    assertThat(asked).hasValue(1);
    assertThat(received).isEmpty();
  }

  @Test
  void aMissingSecretSendsNothing() {
    String file =
        "channels: [{name: ops, webhook: 'http://h.example.com:%d/', secret-env: NOPE}]"
            .formatted(server.getAddress().getPort());
    try (Notifier notifier =
        new Notifier(NotificationFile.read("n.yaml", file), store, clock, Map.of(), LOOPBACK)) {
      assertThat(notifier.test(Notice.test("t", clock.now)))
          .containsExactly(
              "ops: Cannot sign a notification: NOPE is not set. Set it where the daemon starts.");
    }
    assertThat(received).isEmpty();
  }

  @Test
  void titlesAreOneLine() {
    Notice evil =
        new Notice(
            "id\r\nX: y",
            Occasion.FAILURE,
            "taxi\r\nBcc: everybody@example.com\u2028\u202e",
            Optional.of("r1\nrm -rf"),
            Optional.empty(),
            Optional.empty(),
            Optional.of("line one\r\nline two"),
            clock.now);
    assertThat(evil.title()).isEqualTo("Pergola: taxi Bcc: everybody@example.com failed");
    assertThat(evil.text().lines())
        .containsExactly(
            "Pergola: taxi Bcc: everybody@example.com failed",
            "",
            "run       r1 rm -rf",
            "why       line one line two",
            "time      2026-01-01T00:00:00Z",
            "id        id X: y",
            "",
            "Look at it: pergola show r1 rm -rf");
  }

  @Test
  void mailArrivesWithOneSubjectAndNoForeignHeaders() throws Exception {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.setUser("pergola@example.com", "user", "password");
    mail.start();
    try {
      String file =
          """
          channels:
            - name: team
              mail:
                host: 127.0.0.1
                port: %d
                tls: none
                from: pergola@example.com
                to: [a@example.com, b@example.com]
                user-env: SMTP_USER
                password-env: SMTP_PASSWORD
          """
              .formatted(mail.getSmtp().getPort());
      Map<String, String> environment = Map.of("SMTP_USER", "user", "SMTP_PASSWORD", "password");
      try (Notifier notifier =
          new Notifier(
              NotificationFile.read("n.yaml", file), store, clock, environment, LOOPBACK)) {
        notifier.put(
            new Notice(
                "failure/r1",
                Occasion.FAILURE,
                "täxi\r\nBcc: everybody@example.com",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(".\r\nMAIL FROM:<x@example.com>"),
                clock.now));
        notifier.sendDue();
      }
      MimeMessage[] messages = mail.getReceivedMessages();
      assertThat(messages).hasSize(2);
      assertThat(messages[0].getSubject())
          .isEqualTo("Pergola: täxi Bcc: everybody@example.com failed");
      assertThat(messages[0].getHeader("Bcc")).isNull();
      assertThat(messages[0].getHeader("X-Pergola-Notification-Id")).containsExactly("failure/r1");
      assertThat(messages[0].getContent().toString())
          .contains("why       . MAIL FROM:<x@example.com>");
    } finally {
      mail.stop();
    }
  }

  @Test
  void theCertificateOfAnEncryptedServerIsChecked() {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
    mail.start();
    try {
      String file =
          """
          channels:
            - name: safe
              mail: {host: 127.0.0.1, port: %d, tls: tls, from: p@example.com, to: a@example.com}
          """
              .formatted(mail.getSmtps().getPort());
      try (Notifier notifier =
          new Notifier(NotificationFile.read("n.yaml", file), store, clock, Map.of(), LOOPBACK)) {
        assertThat(notifier.test(Notice.test("t", clock.now)))
            .as("GreenMail's certificate is signed by nobody")
            .singleElement()
            .asString()
            .startsWith("safe: Cannot send mail by 127.0.0.1:");
      }
      assertThat(mail.getReceivedMessages()).isEmpty();
    } finally {
      mail.stop();
    }
  }

  @Test
  void aServerWithoutStartTlsGetsNothing() {
    GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    try {
      String file =
          """
          channels:
            - name: safe
              mail: {host: 127.0.0.1, port: %d, from: p@example.com, to: a@example.com}
          """
              .formatted(mail.getSmtp().getPort());
      try (Notifier notifier =
          new Notifier(NotificationFile.read("n.yaml", file), store, clock, Map.of(), LOOPBACK)) {
        assertThat(notifier.test(Notice.test("t", clock.now)))
            .singleElement()
            .asString()
            .contains("STARTTLS is required");
      }
      assertThat(mail.getReceivedMessages()).isEmpty();
    } finally {
      mail.stop();
    }
  }
}
