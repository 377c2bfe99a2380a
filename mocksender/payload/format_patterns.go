package payload

// assertedFormats are those that the contract's validator checks.
var assertedFormats = map[string]bool{
	"date-time": true, "date": true, "time": true, "duration": true, "period": true, "email": true, "hostname": true,
	"ipv4": true, "ipv6": true, "uri": true, "uri-reference": true, "iri": true, "iri-reference": true, "uri-template": true,
	"uuid": true, "json-pointer": true, "relative-json-pointer": true, "regex": true, "semver": true, "byte": true,
}

const (
	dayPattern    = `(199\d|20[0-3]\d)-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])`
	clockPattern  = `([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?`
	offsetPattern = `(Z|[+-](0\d|1[0-2]):[03]0)`
	safeHost      = `([a-z][a-z0-9-]{0,15}[a-z0-9]\.)*(example\.com|[a-z]{1,15}\.test)`
)

// formatPatterns describe parts of the formats, the most natural and harmless
// first, for text that must be of a length or match a pattern besides. Hosts
// beyond example.com and .test are made only where nothing else is possible.
var formatPatterns = map[string][]string{
	"date-time": {`^` + dayPattern + `T` + clockPattern + `Z$`, `^` + dayPattern + `T` + clockPattern + offsetPattern + `$`},
	"date":      {`^` + dayPattern + `$`, `^\d{3}[1-9]-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$`, `^20[0-3]\d-(0[13578]|1[02])-(29|30|31)$`},
	"time":      {`^` + clockPattern + `Z$`, `^` + clockPattern + offsetPattern + `$`},
	"duration":  {`^P(\d{1,3}D)?T\d{1,3}H(\d{1,2}M(\d{1,2}S)?)?$`, `^P\d{1,4}[DWMY]$`, `^PT\d{1,12}[HMS]$`},
	"period":    {`^` + dayPattern + `T` + clockPattern + `Z/P\d{1,3}D$`},
	"email": {`^[a-z][a-z0-9]{0,20}([._+-][a-z0-9]{1,20}){0,2}@` + safeHost + `$`,
		`^[A-Za-z0-9][A-Za-z0-9._+-]{0,60}@[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?){0,6}$`},
	"idn-email":    {`^[a-z][a-z0-9]{0,20}([._+-][a-z0-9]{1,20}){0,2}@` + safeHost + `$`},
	"hostname":     {`^` + safeHost + `$`, `^[a-z]([a-z0-9-]{0,40}[a-z0-9])?$`, `^[A-Za-z0-9]([A-Za-z0-9-]{0,40}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,40}[A-Za-z0-9])?){0,5}$`},
	"idn-hostname": {`^` + safeHost + `$`, `^[a-z]([a-z0-9-]{0,40}[a-z0-9])?$`},
	"ipv4":         {`^(192\.0\.2|198\.51\.100|203\.0\.113)\.([1-9]|[1-9]\d|1\d\d)$`, `^(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$`},
	"ipv6": {`^2001:db8::[1-9a-f][0-9a-f]{0,3}(:[1-9a-f][0-9a-f]{0,3}){0,3}$`, `^::([0-9a-f]{1,4})?$`,
		`^[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){7}$`},
	"uri": {`^https://` + safeHost + `(/[a-z0-9-]+)*(\?[a-z]{1,8}=[a-z0-9]{1,20})?$`, `^urn:[a-z]{2,10}:[a-z0-9]{1,200}$`,
		`^[a-z][a-z0-9]{0,10}:[a-z0-9]{0,200}$`, `^[a-z][a-z0-9+.-]{0,10}://[A-Za-z0-9][A-Za-z0-9.-]*(/[A-Za-z0-9._~-]*)*(\?[A-Za-z0-9=&_-]*)?(#[A-Za-z0-9_-]*)?$`},
	"uri-reference":         {`^(/[a-z0-9-]+)+$`, `^[a-z0-9/.-]{0,200}$`, `^(https://` + safeHost + `)?(/[A-Za-z0-9._~-]*)*(\?[A-Za-z0-9=&_-]*)?(#[A-Za-z0-9_-]*)?$`},
	"uri-template":          {`^https://` + safeHost + `(/[a-z0-9-]{1,20})*/\{[a-z]{1,20}\}$`, `^[a-z0-9/]{0,200}$`, `^[A-Za-z0-9/._~-]*(\{[a-z]{1,10}\}[A-Za-z0-9/._~-]*)*$`},
	"uuid":                  {`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, `^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`},
	"json-pointer":          {`^(/[a-z0-9]+)*$`, `^(/[A-Za-z0-9_.-]*)*$`},
	"relative-json-pointer": {`^(0|[1-9]\d{0,3})(/[a-z0-9]+)*$`, `^(0|[1-9]\d{0,3})#$`},
	"regex":                 {`^\^?[a-z0-9]*\$?$`, `^[A-Za-z0-9_ -]*$`},
	"semver":                {`^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[a-z]{1,40})?$`},
	"byte":                  {`^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{3}=|[A-Za-z0-9+/][AQgw]==)?$`},
	"decimal":               {`^(0|[1-9]\d{0,30})(\.\d{1,9})?$`},
	"char":                  {`^[a-z]$`, `^.$`},
	"binary":                {`^[a-z0-9 ]*$`},
	"password":              {`^[A-Za-z0-9]*$`, `^.*$`},
	"http-date":             {`^Wed, 15 Jan 2025 ([01]\d|2[0-3]):[0-5]\d:[0-5]\d GMT$`},
}

// patternsOf are the patterns of a format.
func patternsOf(format string) []string {
	switch format {
	case "iri", "url":
		format = "uri"
	case "iri-reference":
		format = "uri-reference"
	}
	return formatPatterns[format]
}
