package io.pergola.schedule.notification;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Addresses that share their first bits: {@code 10.0.0.0/8}.
 *
 * @param bits how many bits count, up to 32 or 128
 */
record AddressRange(InetAddress first, int bits) {
  /** Reads an address, or one with a number of bits; never asks a name server. */
  static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!address.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return Optional.empty();
    }
    try {
      InetAddress first = InetAddress.getByName(address);
      int all = first.getAddress().length * Byte.SIZE;
      int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      return bits < 0 || bits > all ? Optional.empty() : Optional.of(new AddressRange(first, bits));
    } catch (UnknownHostException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether an address is one of these. */
  boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if ((mine[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an address is nobody else's: this machine, its network, or none at all. */
  static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    int high = bytes[0] & 0xff;
    int next = bytes[1] & 0xff;
    boolean special =
        address.isLoopbackAddress()
            || address.isAnyLocalAddress()
            || address.isLinkLocalAddress()
            || address.isSiteLocalAddress()
            || address.isMulticastAddress();
    if (bytes.length == 4) {
      boolean carrierGrade = high == 100 && (next & 0xc0) == 64;
      boolean benchmark = high == 198 && (next & 0xfe) == 18;
      boolean special192 = high == 192 && next == 0 && (bytes[2] == 0 || bytes[2] == 2);
      return special || high == 0 || high >= 240 || carrierGrade || benchmark || special192;
    }
    boolean uniqueLocal = (high & 0xfe) == 0xfc;
    return special || uniqueLocal || embedded(bytes).map(AddressRange::isPrivate).orElse(false);
  }

  /** The IPv4 address inside one of IPv6: 6to4, NAT64, or IPv4-compatible. */
  private static Optional<InetAddress> embedded(byte[] bytes) {
    int from = -1;
    if (bytes[0] == 0x20 && bytes[1] == 0x02) {
      from = 2;
    } else if (bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff) {
      from = 12;
    } else if (isZero(bytes, 12)) {
      from = 12;
    }
    if (from < 0) {
      return Optional.empty();
    }
    try {
      byte[] inner = {bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]};
      return Optional.of(InetAddress.getByAddress(inner));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isZero(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
