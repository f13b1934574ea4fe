package dev.lading.infra;

import dev.lading.infra.construct.DomainRecord;
import dev.lading.infra.option.LadingOptions;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.apigateway.AccessLogFormat;
import software.amazon.awscdk.services.apigatewayv2.ApiMapping;
import software.amazon.awscdk.services.apigatewayv2.DomainMappingOptions;
import software.amazon.awscdk.services.apigatewayv2.DomainName;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpStage;
import software.amazon.awscdk.services.apigatewayv2.IAccessLogDestination;
import software.amazon.awscdk.services.apigatewayv2.IAccessLogSettings;
import software.amazon.awscdk.services.apigatewayv2.LogGroupLogDestination;
import software.amazon.awscdk.services.apigatewayv2.ThrottleSettings;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.route53.targets.ApiGatewayv2DomainProperties;
import software.constructs.Construct;

/**
 * The HTTP API that clients address, with its stage and, if wanted, a domain name, but no integrations. A stack of its
 * own, because the functions need the upload service's address, and the upload service needs this one.
 */
public final class ApiStack extends Stack {
    // The path without the query: that of an upload holds a permission.
    private static final String ACCESS_LOG = """
            {"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime",\
            "method":"$context.httpMethod","path":"$context.path","status":"$context.status",\
            "bytes":"$context.responseLength","millis":"$context.responseLatency",\
            "integrationMillis":"$context.integrationLatency","error":"$context.integrationErrorMessage"}""";

    private final HttpApi api;
    private final String url;

    public ApiStack(Construct scope, LadingOptions options) {
        super(
                scope,
                options.stackName("Api"),
                StackProps.builder()
                        .description("Lading, a container registry: the address clients use")
                        .build());
        api = HttpApi.Builder.create(this, "Api")
                .apiName(options.stackName())
                .createDefaultStage(false)
                .build();
        HttpStage.Builder stage = HttpStage.Builder.create(this, "Stage")
                .httpApi(api)
                .stageName("$default")
                .autoDeploy(true)
                .throttle(ThrottleSettings.builder()
                        .rateLimit(options.throttling().rate())
                        .burstLimit(options.throttling().burst())
                        .build())
                .accessLogSettings(accessLog(options));
        options.domain()
                .ifPresent(domain -> stage.domainMapping(DomainMappingOptions.builder()
                        .domainName(name("Domain", domain, options))
                        .build()));
        HttpStage served = stage.build();
        options.mirror()
                .ifPresent(mirror -> ApiMapping.Builder.create(this, "MirrorMapping")
                        .api(api)
                        .stage(served)
                        .domainName(name("MirrorDomain", mirror.domain(), options))
                        .build());
        // For the upload service: an export that went away with its user could not be deployed while that is still
        // there.
        exportValue(api.getApiEndpoint());
        url = options.domain().map(domain -> "https://" + domain.name()).orElseGet(api::getApiEndpoint);
        CfnOutput.Builder.create(this, "Url")
                .description("The registry")
                .value(url)
                .build();
        CfnOutput.Builder.create(this, "Host")
                .description("What image names begin with")
                .value(Fn.select(2, Fn.split("/", url)))
                .build();
    }

    public HttpApi api() {
        return api;
    }

    /** The URL, without a slash at its end. */
    public String url() {
        return url;
    }

    private IAccessLogSettings accessLog(LadingOptions options) {
        LogGroup logs = LogGroup.Builder.create(this, "AccessLog")
                // Under this path API Gateway may write to any number of groups.
                .logGroupName("/aws/vendedlogs/" + options.stackName("Api"))
                .retention(options.logRetention())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        var destination = new LogGroupLogDestination(logs);
        return new IAccessLogSettings() {
            @Override
            public IAccessLogDestination getDestination() {
                return destination;
            }

            @Override
            public AccessLogFormat getFormat() {
                return AccessLogFormat.custom(ACCESS_LOG);
            }
        };
    }

    private DomainName name(String id, LadingOptions.Domain domain, LadingOptions options) {
        DomainName name = DomainName.Builder.create(this, id)
                .domainName(domain.name())
                .certificate(Certificate.fromCertificateArn(
                        this, id.replace("Domain", "Certificate"), domain.certificateArn()))
                .build();
        new DomainRecord(
                this,
                id + "Record",
                domain,
                options.zoneOf(domain.name()),
                new ApiGatewayv2DomainProperties(name.getRegionalDomainName(), name.getRegionalHostedZoneId()),
                name.getRegionalDomainName());
        return name;
    }
}
