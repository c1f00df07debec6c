/** What AWS's console calls the regions, for those that a tutorial is likely to name. */
const NAMES: Record<string, string> = {
  'us-east-1': 'N. Virginia',
  'us-east-2': 'Ohio',
  'us-west-1': 'N. California',
  'us-west-2': 'Oregon',
  'eu-central-1': 'Frankfurt',
  'eu-west-1': 'Ireland',
  'eu-west-2': 'London',
  'ap-northeast-1': 'Tokyo',
  'ap-southeast-1': 'Singapore',
  'ap-southeast-2': 'Sydney',
  'ap-south-1': 'Mumbai',
  'cn-north-1': 'Beijing',
  'cn-northwest-1': 'Ningxia',
};

export function nameOfRegion(region: string): string {
  return NAMES[region] ?? region;
}
