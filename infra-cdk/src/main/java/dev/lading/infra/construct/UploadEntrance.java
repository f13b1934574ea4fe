package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudfront.AllowedMethods;
import software.amazon.awscdk.services.cloudfront.BehaviorOptions;
import software.amazon.awscdk.services.cloudfront.CachePolicy;
import software.amazon.awscdk.services.cloudfront.Distribution;
import software.amazon.awscdk.services.cloudfront.OriginProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.OriginRequestPolicy;
import software.amazon.awscdk.services.cloudfront.ViewerProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.origins.VpcOrigin;
import software.amazon.awscdk.services.cloudfront.origins.VpcOriginWithEndpointProps;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.BaseApplicationListenerProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.FixedResponseOptions;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerAction;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerCertificate;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerCondition;
import software.amazon.awscdk.services.elasticloadbalancingv2.SslPolicy;
import software.amazon.awscdk.services.route53.targets.LoadBalancerTarget;
import software.constructs.Construct;

/**
 * The load balancer and the URL under which clients reach it: with the operator's own certificate, or through
 * CloudFront, and then from nowhere else. No port takes plain HTTP from the internet.
 */
public final class UploadEntrance extends Construct {
    /** Timeout of an answer: the last PUT of a large upload may read all of it once. */
    private static final Duration ANSWER_WITHIN = Duration.minutes(5);

    /**
     * CloudFront's longest timeout for an answer, which takes no raised quota. Source: Amazon CloudFront API,
     * VpcOriginConfig: "the maximum is 120 seconds". The CDK's own documentation still says 60.
     */
    private static final Duration CLOUDFRONT_ANSWER_WITHIN = Duration.seconds(120);

    /**
     * Requests that reach the service: those for an upload by its location, whose query is its permission. A rule may
     * have at most five values, and {@code *} matches slashes, too. The service itself refuses other requests that
     * match. Source: Elastic Load Balancing, "Quotas for your Application Load Balancers" and "Condition types for
     * listener rules".
     */
    static final List<ListenerCondition> UPLOADS = List.of(
            ListenerCondition.pathPatterns(List.of("/v2/*/blobs/uploads/*")),
            ListenerCondition.httpRequestMethods(List.of("GET", "PATCH", "PUT", "DELETE")));

    /** Answer to all other requests. Source: distribution-spec v1.1, "Error Codes". */
    private static final ListenerAction REFUSAL = ListenerAction.fixedResponse(
            404,
            FixedResponseOptions.builder()
                    .contentType("application/json")
                    .messageBody("""
                            {"errors":[{"code":"UNSUPPORTED","message":"this address takes uploads that were begun at the \
                            registry, and nothing else; use the registry's own"}]}""")
                    .build());

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final ApplicationLoadBalancer balancer;
    private final ApplicationListener listener;
    private final String url;

    public UploadEntrance(
            Construct scope, String id, Vpc vpc, LadingOptions options, LadingOptions.UploadAddress address) {
        super(scope, id);
        boolean isPublic = address instanceof LadingOptions.UploadAddress.OwnDomain;
        balancer = ApplicationLoadBalancer.Builder.create(this, "Balancer")
                .vpc(vpc)
                .internetFacing(isPublic)
                .vpcSubnets(SubnetSelection.builder()
                        .subnetType(isPublic ? SubnetType.PUBLIC : SubnetType.PRIVATE_ISOLATED)
                        .build())
                .idleTimeout(ANSWER_WITHIN)
                .dropInvalidHeaderFields(true)
                .build();
        NagFindings.accept(balancer, "AwsSolutions-ELB2", "The service logs each request itself.");
        NagFindings.accept(
                balancer,
                "AwsSolutions-EC23",
                isPublic
                        ? "It is there for everybody, on port 443 only; the service asks for a token."
                        : "It is internal: only CloudFront's VPC origin and the tasks can reach it.");
        switch (address) {
            case LadingOptions.UploadAddress.OwnDomain(LadingOptions.Domain domain) -> {
                listener = tlsListener(domain);
                url = "https://" + domain.name();
                new DomainRecord(
                        this,
                        "DomainRecord",
                        domain,
                        options.zoneOf(domain.name()),
                        new LoadBalancerTarget(balancer),
                        balancer.getLoadBalancerDnsName());
            }
            case LadingOptions.UploadAddress.CloudFront() -> {
                listener = balancer.addListener(
                        "Listener",
                        BaseApplicationListenerProps.builder()
                                .port(HTTP)
                                .protocol(ApplicationProtocol.HTTP)
                                .defaultAction(REFUSAL)
                                .build());
                url = "https://" + distribution().getDistributionDomainName();
            }
        }
    }

    public ApplicationLoadBalancer balancer() {
        return balancer;
    }

    public ApplicationListener listener() {
        return listener;
    }

    /** The URL, without a slash at its end. */
    public String url() {
        return url;
    }

    private ApplicationListener tlsListener(LadingOptions.Domain domain) {
        return balancer.addListener(
                "Listener",
                BaseApplicationListenerProps.builder()
                        .port(HTTPS)
                        .protocol(ApplicationProtocol.HTTPS)
                        .defaultAction(REFUSAL)
                        .sslPolicy(SslPolicy.RECOMMENDED_TLS)
                        .certificates(List.of(ListenerCertificate.fromArn(domain.certificateArn())))
                        .build());
    }

    private Distribution distribution() {
        Distribution distribution = Distribution.Builder.create(this, "Distribution")
                .comment("Lading: uploads")
                .defaultBehavior(BehaviorOptions.builder()
                        .origin(VpcOrigin.withApplicationLoadBalancer(
                                balancer,
                                VpcOriginWithEndpointProps.builder()
                                        .protocolPolicy(OriginProtocolPolicy.HTTP_ONLY)
                                        .httpPort(HTTP)
                                        .readTimeout(CLOUDFRONT_ANSWER_WITHIN)
                                        // A second attempt would send a chunk twice.
                                        .connectionAttempts(1)
                                        .build()))
                        .viewerProtocolPolicy(ViewerProtocolPolicy.HTTPS_ONLY)
                        .allowedMethods(AllowedMethods.ALLOW_ALL)
                        .cachePolicy(CachePolicy.CACHING_DISABLED)
                        .originRequestPolicy(OriginRequestPolicy.ALL_VIEWER)
                        .compress(false)
                        .build())
                .build();
        NagFindings.accept(
                distribution, "AwsSolutions-CFR1", "A registry's clients are wherever its images are built.");
        NagFindings.accept(
                distribution,
                "AwsSolutions-CFR2",
                "A web ACL costs more than all else that is idle; each upload has a signed token.");
        NagFindings.accept(distribution, "AwsSolutions-CFR3", "The service logs each request itself.");
        NagFindings.accept(
                distribution,
                "AwsSolutions-CFR4",
                "With CloudFront's own name and certificate, the least TLS version cannot be chosen.");
        return distribution;
    }
}
