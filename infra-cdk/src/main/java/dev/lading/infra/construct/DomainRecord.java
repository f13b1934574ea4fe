package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions;
import java.util.Optional;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.services.route53.ARecord;
import software.amazon.awscdk.services.route53.HostedZone;
import software.amazon.awscdk.services.route53.HostedZoneAttributes;
import software.amazon.awscdk.services.route53.IAliasRecordTarget;
import software.amazon.awscdk.services.route53.RecordTarget;
import software.constructs.Construct;

/** Points a domain's name to a target; without a zone, an output says where to point it. */
public final class DomainRecord extends Construct {
    /** @param address the name that AWS gave the target */
    public DomainRecord(
            Construct scope,
            String id,
            LadingOptions.Domain domain,
            Optional<LadingOptions.Zone> zone,
            IAliasRecordTarget target,
            String address) {
        super(scope, id);
        zone.ifPresentOrElse(
                z -> ARecord.Builder.create(this, "Record")
                        .zone(HostedZone.fromHostedZoneAttributes(
                                this,
                                "Zone",
                                HostedZoneAttributes.builder()
                                        .hostedZoneId(z.id())
                                        .zoneName(z.name())
                                        .build()))
                        .recordName(domain.name() + ".")
                        .target(RecordTarget.fromAlias(target))
                        .build(),
                () -> CfnOutput.Builder.create(this, "Target")
                        .description("Point " + domain.name() + " here with a CNAME")
                        .value(address)
                        .build());
    }
}
