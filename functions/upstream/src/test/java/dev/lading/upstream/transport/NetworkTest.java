package dev.lading.upstream.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reach of addresses, and of hosts as far as their text tells. */
class NetworkTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "1.1.1.1, PUBLIC",
        "9.255.255.255, PUBLIC",
        "10.0.0.0, PRIVATE",
        "10.255.255.255, PRIVATE",
        "11.0.0.0, PUBLIC",
        "100.63.255.255, PUBLIC",
        "100.64.0.1, PRIVATE",
        "100.127.255.255, PRIVATE",
        "100.128.0.0, PUBLIC",
        "100.100.100.200, FORBIDDEN",
        "127.0.0.1, LOOPBACK",
        "127.255.255.254, LOOPBACK",
        "168.63.129.16, FORBIDDEN",
        "169.253.255.255, PUBLIC",
        "169.254.169.254, FORBIDDEN",
        "169.254.170.2, FORBIDDEN",
        "172.15.255.255, PUBLIC",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "172.32.0.0, PUBLIC",
        "192.0.0.192, FORBIDDEN",
        "192.168.1.1, PRIVATE",
        "198.18.0.1, PRIVATE",
        "0.0.0.0, FORBIDDEN",
        "0.1.2.3, FORBIDDEN",
        "224.0.0.1, FORBIDDEN",
        "240.0.0.1, FORBIDDEN",
        "255.255.255.255, FORBIDDEN",
        "2606:4700::1111, PUBLIC",
        "::, FORBIDDEN",
        "::1, LOOPBACK",
        "::2, FORBIDDEN",
        "fe80::1, FORBIDDEN",
        "fec0::1, PRIVATE",
        "fc00::1, PRIVATE",
        "fdff::1, PRIVATE",
        "fd00:ec2::254, FORBIDDEN",
        "fd20:ce::254, FORBIDDEN",
        "ff02::1, FORBIDDEN",
        "100::1, FORBIDDEN",
        "::ffff:127.0.0.1, LOOPBACK",
        "::ffff:169.254.169.254, FORBIDDEN",
        "::ffff:8.8.8.8, PUBLIC",
        "::ffff:0:10.0.0.1, PRIVATE",
        "::127.0.0.1, LOOPBACK",
        "::10.0.0.1, PRIVATE",
        "64:ff9b::8.8.8.8, PUBLIC",
        "64:ff9b::10.0.0.1, PRIVATE",
        "64:ff9b::7f00:1, LOOPBACK",
        "64:ff9b::a9fe:a9fe, FORBIDDEN",
        "64:ff9b:1::8.8.8.8, PRIVATE",
        "64:ff9b:1::127.0.0.1, LOOPBACK",
        "2002:808:808::1, PUBLIC",
        "2002:a00:1::1, PRIVATE",
        "2002:7f00:1::1, LOOPBACK",
        "2002:a9fe:a9fe::1, FORBIDDEN",
        "2001:0:1:2:3:4:80ff:fffe, LOOPBACK",
        "2001:0:1:2:3:4:f7f7:f7f7, PUBLIC",
    })
    void addresses(String address, Network network) {
        assertThat(Network.of(InetAddress.ofLiteral(address))).isEqualTo(network);
        assertThat(Network.written(address.contains(":") ? "[" + address + "]" : address))
                .contains(network);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "localhost, LOOPBACK",
        "LocalHost., LOOPBACK",
        "a.localhost, LOOPBACK",
        "2130706433, FORBIDDEN",
        "0x7f000001, FORBIDDEN",
        "0x7f.1, FORBIDDEN",
        "127.0x1, FORBIDDEN",
        "127.0.0.0x1, FORBIDDEN",
        "0177.0.0.1, FORBIDDEN",
        "10.0.0.08, FORBIDDEN",
        "127.1, FORBIDDEN",
        "127.0.1, FORBIDDEN",
        "127.0.0.1., FORBIDDEN",
        "1.1.1.256, FORBIDDEN",
        "1.2.3.4.5, FORBIDDEN",
        "registry.example.1, FORBIDDEN",
        "[fe80::1%25eth0], FORBIDDEN",
        "[::1, LOOPBACK",
    })
    void texts(String host, Network network) {
        assertThat(Network.written(host)).contains(network);
    }

    @Test
    void a_name_says_nothing() {
        for (String name :
                new String[] {"registry.example.com", "localhost.example.com", "1.example", "0x7f.example"}) {
            assertThat(Network.written(name)).isEmpty();
        }
    }
}
