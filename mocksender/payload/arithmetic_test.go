package payload

import (
	"testing"
	"time"
)

func TestCalendar(t *testing.T) {
	for _, test := range []struct {
		from, unit string
		count      int64
		want       string
		reason     string
	}{
		{"2026-01-31", "month", 1, "2026-02-28", "clamped to the month's last day"},
		{"2028-01-31", "month", 1, "2028-02-29", "a leap year's February is longer"},
		{"2026-01-31", "month", 3, "2026-04-30", "only the month that is reached counts"},
		{"2026-03-31", "month", -1, "2026-02-28", "backwards too"},
		{"2026-11-30", "month", 15, "2028-02-29", "over two year ends"},
		{"2024-02-29", "year", 1, "2025-02-28", "a leap day has no anniversary every year"},
		{"2024-02-29", "year", 4, "2028-02-29", "but every fourth"},
		{"2026-12-31", "day", 1, "2027-01-01", ""},
		{"2026-12-31", "week", 2, "2027-01-14", ""},
		{"2026-01-31", "month", 0, "2026-01-31", ""},
		{"2026-01-31", "fortnight", 3, "2026-02-03", "an unknown unit counts days"},
	} {
		from, err := time.Parse(time.DateOnly, test.from)
		if err != nil {
			t.Fatal(err)
		}
		s := &Subject{clock: [2]int64{perEvent: from.Unix()}}
		c := calendar{from: now{perEvent}, count: constantInt{value: test.count}, unit: constant{json: []byte(`"` + test.unit + `"`)}}
		if got := time.Unix(c.unix(s), 0).UTC().Format(time.DateOnly); got != test.want {
			t.Errorf("%s + %d %s = %s, want %s %s", test.from, test.count, test.unit, got, test.want, test.reason)
		}
	}
}

// Luhn digits of published examples: ISO/IEC 7812-1's algorithm on card, IMEI and SIM numbers.
func TestLuhnDigit(t *testing.T) {
	for number, want := range map[string]byte{"7992739871": '3', "49015420323751": '8', "411111111111111": '1', "0": '0', "": '0'} {
		if got := luhnDigit([]byte(number)); got != want {
			t.Errorf("luhnDigit(%q) = %c, want %c", number, got, want)
		}
	}
}

func TestLayouts(t *testing.T) {
	for unix, want := range map[int64]string{
		0:             "1970-01-01T00:00:00Z",
		-1:            "1969-12-31T23:59:59Z",
		1709210096:    "2024-02-29T12:34:56Z",
		253402300799:  "9999-12-31T23:59:59Z",
		-62135596800:  "0001-01-01T00:00:00Z",
		-30610224000:  "1000-01-01T00:00:00Z",
		-30610224001:  "0999-12-31T23:59:59Z",
		1_600_000_000: "2020-09-13T12:26:40Z",
	} {
		if got := string(layoutRFC3339.append(nil, unix)); got != want {
			t.Errorf("%d is %s, want %s", unix, got, want)
		}
		if got, want := string(layoutSpaced.append(nil, unix)), want[:10]+" "+want[11:19]; got != want {
			t.Errorf("%d is %s, want %s", unix, got, want)
		}
	}
	if got := string(layout("Jan 2").append(nil, 0)); got != "Jan 1" {
		t.Error(got)
	}
}

func TestDecimal(t *testing.T) {
	for _, test := range []struct {
		n, places int
		want      string
	}{{0, 2, "0"}, {5, 2, "0.05"}, {-5, 2, "-0.05"}, {50, 2, "0.5"}, {100, 2, "1"}, {-12345, 2, "-123.45"}, {7, 0, "7"}} {
		if got := decimal(test.n, test.places); got != test.want {
			t.Errorf("decimal(%d, %d) = %s, want %s", test.n, test.places, got, test.want)
		}
	}
}

func TestEscapes(t *testing.T) {
	const text = "a/\"\\\n\t\r\x01\x7fé\u2028😀\xff"
	if got := string(encoding{}.appendString(nil, text)); got != "\"a/\\\"\\\\\\n\\t\\r\\u0001\\u007fé\u2028😀\uFFFD\"" {
		t.Error(got)
	}
	if got := string(encoding{escapeSlashes: true}.appendString(nil, "a/b")); got != `"a\/b"` {
		t.Error(got)
	}
}
