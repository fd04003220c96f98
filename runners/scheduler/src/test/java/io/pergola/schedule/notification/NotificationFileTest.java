package io.pergola.schedule.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationFileTest {
  private static List<Channel> read(String text) {
    return NotificationFile.read("notifications.yaml", text);
  }

  @Test
  void webhooksAndMailAreReadWithTheirDefaults() {
    List<Channel> channels =
        read(
            """
            channels:
              - name: ops
                webhook: https://hooks.example.com/pergola?team=1
                on: [failure, missed]
                pipelines: taxi-pipeline
                allow: [127.0.0.1, "fd00::/8"]
                secret-env: PERGOLA_HOOK_SECRET
                timeout: 2s
              - name: team
                mail:
                  host: smtp.example.com
                  from: pergola@example.com
                  to: [a@example.com, b@example.com]
                  user-env: SMTP_USER
                  password-env: SMTP_PASSWORD
            """);

    assertThat(channels)
        .containsExactly(
            new Channel(
                "ops",
                EnumSet.of(Occasion.FAILURE, Occasion.MISSED),
                Set.of("taxi-pipeline"),
                new Channel.Webhook(
                    URI.create("https://hooks.example.com/pergola?team=1"),
                    List.of(
                        AddressRange.parse("127.0.0.1").orElseThrow(),
                        AddressRange.parse("fd00::/8").orElseThrow()),
                    Optional.of("PERGOLA_HOOK_SECRET"),
                    Duration.ofSeconds(2))),
            new Channel(
                "team",
                EnumSet.complementOf(EnumSet.of(Occasion.TEST)),
                Set.of(),
                new Channel.Mail(
                    "smtp.example.com",
                    587,
                    Channel.Tls.STARTTLS,
                    Optional.of("SMTP_USER"),
                    Optional.of("SMTP_PASSWORD"),
                    "pergola@example.com",
                    List.of("a@example.com", "b@example.com"),
                    Duration.ofSeconds(10))));
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnceWithLineAndColumn() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    channels:
                      - name: ops
                        webhok: https://example.com
                        webhook: ftp://example.com
                        on: [failures]
                        timeout: 2h
                      - name: ops
                        mail:
                          host: smtp.example.com
                          port: 99999
                          from: "a@example.com\\nBcc: b@example.com"
                          pasword-env: X
                      - name: neither
                    """))
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot read notifications.yaml line 3, column 5: unknown key 'webhok'. Did you mean"
                    + " 'webhook'?",
                "Cannot read notifications.yaml line 5, column 9: unknown event 'failures'. Did you"
                    + " mean 'failure'?",
                "Cannot read notifications.yaml line 6, column 14: invalid timeout '2h' (such as"
                    + " 500ms or 10s, up to 1m)",
                "Cannot read notifications.yaml line 4, column 14: invalid webhook"
                    + " 'ftp://example.com' (http:// or https://, a host, no user, no '#')",
                "Cannot read notifications.yaml line 12, column 7: unknown key 'pasword-env'. Did"
                    + " you mean 'password-env'?",
                "Cannot read notifications.yaml line 9, column 7: 'to' is missing. Add to:"
                    + " [somebody@example.com].",
                "Cannot read notifications.yaml line 9, column 7: invalid mail address"
                    + " 'a@example.com\nBcc: b@example.com'.",
                "Cannot read notifications.yaml line 10, column 13: invalid port '99999' (1 to"
                    + " 65535)",
                "Cannot read notifications.yaml line 13, column 5: a channel needs either 'webhook'"
                    + " or 'mail'. Add one of them."));
  }

  @Test
  void aFileThatIsNoYamlIsRefusedWhereItBreaks() {
    assertThatThrownBy(() -> read("channels:\n  - name: [a\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("Cannot read notifications.yaml line 3, column 1: ");
    assertThatThrownBy(() -> read("- a\n"))
        .hasMessageContaining("line 1, column 1: expected channels");
  }

  @Test
  void aFileOfAliasesIsRefusedBeforeItGrows() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> read(bomb.toString())).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void anEmptyFileTellsNobody() {
    assertThat(read("")).isEmpty();
    assertThat(read("channels: []")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd12::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "::127.0.0.1"
      })
  void addressesOfThisMachineAndItsNetworkArePrivate(String address) throws Exception {
    assertThat(AddressRange.isPrivate(java.net.InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "192.0.3.1"})
  void addressesOfOthersAreNot(String address) throws Exception {
    assertThat(AddressRange.isPrivate(java.net.InetAddress.getByName(address))).isFalse();
  }

  @Test
  void aRangeHasTheAddressesThatShareItsBits() throws Exception {
    AddressRange range = AddressRange.parse("10.32.0.0/11").orElseThrow();
    assertThat(range.contains(java.net.InetAddress.getByName("10.63.255.255"))).isTrue();
    assertThat(range.contains(java.net.InetAddress.getByName("10.64.0.0"))).isFalse();
    assertThat(range.contains(java.net.InetAddress.getByName("::1"))).isFalse();
    assertThat(AddressRange.parse("10.0.0.0/33")).isEmpty();
    assertThat(AddressRange.parse("example.com")).isEmpty();
  }
}
