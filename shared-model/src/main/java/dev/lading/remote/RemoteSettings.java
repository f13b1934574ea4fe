package dev.lading.remote;

import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;

/**
 * The settings that an administrator gives a remote.
 *
 * @param name unique among remotes
 * @param url of the upstream registry
 * @param upstreamName of the repository there
 * @param includes tags, with wildcards as in Python's fnmatch, and digests; empty: all
 * @param excludes tags, with the same wildcards, of those included
 * @param platforms whose images are taken from an index; empty: all
 * @param referrers whether to ask the upstream for the referrers of what is taken: a request for each manifest
 * @param strict whether a sync fails where it would else leave out what an image does not need
 * @param sigstore where signatures are
 */
public record RemoteSettings(
        RemoteKind kind,
        String name,
        RemoteUrl url,
        String upstreamName,
        RemotePolicy policy,
        List<String> includes,
        List<String> excludes,
        List<Platform> platforms,
        boolean referrers,
        boolean strict,
        Optional<RemoteUrl> sigstore,
        Labels labels,
        RemoteConnection connection,
        SealedSecrets secrets) {
    /** @throws FieldInvalid if a setting is invalid */
    public RemoteSettings {
        // Not in records of earlier versions.
        kind = kind == null ? RemoteKind.CONTAINER : kind;
        includes = includes == null ? List.of() : List.copyOf(includes);
        excludes = excludes == null ? List.of() : List.copyOf(excludes);
        platforms = platforms == null ? List.of() : List.copyOf(platforms);
        labels = labels == null ? Labels.NONE : labels;
        connection.caCert().ifPresent(pem -> requireCertificates("ca_cert", pem));
        connection.clientCert().ifPresent(pem -> requireCertificates("client_cert", pem));
        requirePair("username", secrets.username(), "password", secrets.password());
        requirePair("proxy_username", secrets.proxyUsername(), "proxy_password", secrets.proxyPassword());
        if (secrets.proxyUsername().isPresent() && connection.proxyUrl().isEmpty()) {
            throw new FieldInvalid("proxy_username", "a proxy's credentials need a proxy_url");
        }
    }

    /** These settings for another repository of the same registry. */
    public RemoteSettings at(String otherUpstreamName) {
        return with(otherUpstreamName, labels, connection, secrets);
    }

    /** A remote of its own for another repository of the same registry, with nothing that selects content. */
    RemoteSettings copied(String newName, String newUpstreamName, SealedSecrets sealed) {
        return new RemoteSettings(
                RemoteKind.CONTAINER,
                newName,
                url,
                newUpstreamName,
                RemotePolicy.ON_DEMAND,
                List.of(),
                List.of(),
                platforms,
                referrers,
                strict,
                sigstore,
                Labels.NONE,
                connection.withoutHeaders(),
                sealed);
    }

    public RemoteSettings labelled(Labels changed) {
        return with(upstreamName, changed, connection, secrets);
    }

    /** What records of before hold readable is sealed. */
    RemoteSettings sealed(Sealing sealing) {
        return sealing.headers(connection.headers())
                .map(headers -> with(upstreamName, labels, connection.withoutHeaders(), secrets.withHeaders(headers)))
                .orElse(this);
    }

    private RemoteSettings with(
            String newUpstreamName, Labels newLabels, RemoteConnection newConnection, SealedSecrets newSecrets) {
        return new RemoteSettings(
                kind,
                name,
                url,
                newUpstreamName,
                policy,
                includes,
                excludes,
                platforms,
                referrers,
                strict,
                sigstore,
                newLabels,
                newConnection,
                newSecrets);
    }

    /**
     * @throws FieldInvalid if one of its addresses has a port out of range, which records of earlier versions may have
     */
    public void requirePorts() {
        url.requirePort("url");
        connection.proxyUrl().ifPresent(proxy -> proxy.requirePort("proxy_url"));
    }

    private static void requireCertificates(String field, String pem) {
        try {
            var certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            if (!certificates.isEmpty()) {
                return;
            }
        } catch (CertificateException e) {
            throw new FieldInvalid(field, "this holds a certificate that cannot be read");
        }
        throw new FieldInvalid(field, "this holds no certificate in PEM");
    }

    private static void requirePair(String one, Optional<?> first, String other, Optional<?> second) {
        if (first.isPresent() != second.isPresent()) {
            throw new FieldInvalid(first.isPresent() ? other : one, one + " and " + other + " go together");
        }
    }
}
