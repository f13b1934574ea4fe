package dev.lading.infra;

/** Every optional part, switched on. */
final class Everything {
    static final String KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    static final String BUNDLE_KEY = "bundleKey=" + KEY_ARN;
    static final String[] WITH_DOMAINS = {
        "domainName=registry.example.org",
        "certificateArn=" + Certificates.ARN,
        "mirrorDomain=mirror.example.org",
        "mirrorCertificateArn=" + Certificates.ARN,
        "mirrorDistribution=hub",
        "hostedZoneId=Z0123456789",
        "hostedZoneName=example.org",
        "uploadService=true",
        "uploadDomainName=upload.example.org",
        "uploadCertificateArn=" + Certificates.ARN,
        "alarms=true",
        "alarmEmail=ops@example.org",
        "egressAlarmGB=100",
        "budgetDollars=20",
        BUNDLE_KEY,
    };
    static final String[] WITH_CLOUDFRONT = {"uploadService=fargate", "uploadCloudFront=true", "alarms=true"};
    static final String[] SERVERLESS = {"uploadService=serverless", "alarms=true"};

    private Everything() {}
}
