// Zone ids under which AWS's services take aliases, for services that the sandbox does not have ["AWS General Reference"].
// Classic and newer load balancers are in elbv2/zones.ts.

/** Names of one service that an alias may point to. */
export interface AliasService {
  /** The names that belong to the zone id, canonical. */
  readonly names: RegExp;
  /** Types of alias records; A and AAAA unless told. */
  readonly types?: readonly string[];
  /** "You can't set EvaluateTargetHealth to true when the alias target is a CloudFront distribution." */
  readonly mayEvaluate: boolean;
  /** "Alias resource record sets for CloudFront can't be created in a private zone." */
  readonly inPrivateZones: boolean;
}

/** S3 website endpoints; older regions write them with a dash, newer ones with a dot. */
const websiteZones: Readonly<Record<string, string>> = {
  'us-east-2': 'Z2O1EMRO9K5GLX',
  'us-east-1': 'Z3AQBSTGFYJSTF',
  'us-west-1': 'Z2F56UZL2M1ACD',
  'us-west-2': 'Z3BJ6K6RIION7M',
  'ap-east-1': 'ZNB98KWMFR0R6',
  'ap-south-1': 'Z11RGJOFQNVJUP',
  'ap-northeast-1': 'Z2M4EHUR26P7ZW',
  'ap-northeast-2': 'Z3W03O7B5YMIYP',
  'ap-northeast-3': 'Z2YQB5RD63NC85',
  'ap-southeast-1': 'Z3O0J2DXBE1FTB',
  'ap-southeast-2': 'Z1WCIGYICN2BYD',
  'ca-central-1': 'Z1QDHH18159H29',
  'eu-central-1': 'Z21DNDUVLTQW6Q',
  'eu-north-1': 'Z3BAZG2TWCNX0D',
  'eu-west-1': 'Z1BKCTXD74EZPE',
  'eu-west-2': 'Z3GKZC51ZF0DB4',
  'eu-west-3': 'Z3R1K369G5AVDG',
  'me-south-1': 'Z1MPMWCPA7YB62',
  'sa-east-1': 'Z7KQH4QJS55SO',
};

/** Regional endpoints of API Gateway; edge-optimized ones are CloudFront's. */
const gatewayZones: Readonly<Record<string, string>> = {
  'us-east-2': 'ZOJJZC49E0EPZ',
  'us-east-1': 'Z1UJRXOUMOOFQ8',
  'us-west-1': 'Z2MUQ32089INYE',
  'us-west-2': 'Z2OJLYMUO9EFXC',
  'ap-south-1': 'Z3VO1THU9YC4UR',
  'ap-northeast-1': 'Z1YSHQZHG15GKL',
  'ap-northeast-2': 'Z20JF4UZKIW1U8',
  'ap-southeast-1': 'ZL327KTPIQFUL',
  'ap-southeast-2': 'Z2RPCDW04V8134',
  'ca-central-1': 'Z19DQILCV0OWEC',
  'eu-central-1': 'Z1U9ULNL0V5AJ3',
  'eu-west-1': 'ZLY8HYME6SFDD',
  'eu-west-2': 'ZJ5UAJN8Y3Z2Q',
  'eu-west-3': 'Z3KY65QIEKYHQQ',
  'sa-east-1': 'ZCMLWB8V5SYIT',
};

const services = new Map<string, AliasService>([
  [
    'Z2FDTNDATAQYW2',
    {
      names: /^[a-z0-9-]+\.cloudfront\.net\.$/,
      types: ['A', 'AAAA', 'HTTPS'],
      mayEvaluate: false,
      inPrivateZones: false,
    },
  ],
  [
    'Z2BJ6XQ5FK7U4H',
    { names: /^[a-z0-9-]+\.(dualstack\.)?awsglobalaccelerator\.com\.$/, mayEvaluate: true, inPrivateZones: true },
  ],
  ...Object.entries(websiteZones).map(([region, zone]): [string, AliasService] => [
    zone,
    {
      names: new RegExp(`^s3-website[.-]${region}\\.amazonaws\\.com\\.$`),
      types: ['A'],
      mayEvaluate: true,
      inPrivateZones: true,
    },
  ]),
  ...Object.entries(gatewayZones).map(([region, zone]): [string, AliasService] => [
    zone,
    {
      names: new RegExp(`^[a-z0-9-]+\\.execute-api\\.${region}\\.amazonaws\\.com\\.$`),
      mayEvaluate: true,
      inPrivateZones: true,
    },
  ]),
]);

/** The service that a zone id belongs to; undefined for a zone of an account, of load balancers, or of nobody. */
export function aliasServiceOf(hostedZoneId: string): AliasService | undefined {
  return services.get(hostedZoneId);
}
