package dev.lading.infra;

/** Every optional part, switched on. */
final class Everything {
    static final String[] OPTIONS = {
        "domainName=registry.example.org",
        "certificateArn=" + Certificates.ARN,
        "hostedZoneId=Z0123456789",
        "hostedZoneName=example.org",
    };

    private Everything() {}
}
