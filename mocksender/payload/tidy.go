package payload

import (
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// tidied makes the members of an object agree that was made as a whole, such as an element of an array: the parts of a person
// and of an address, what was created and then changed, and amounts of money. What has an annotation or an example stays, and
// so does what the schema would not have otherwise.
func (g *solver) tidied(gl *goal, p *memberPlan) object {
	made := p.object()
	if g.examples || len(made) < 2 {
		return made
	}
	t := &tidying{g: g, gl: gl, made: slices.Clone(made), names: make([]string, len(made)), at: map[string]int{}}
	for i, m := range made {
		t.names[i], t.at[m.name] = m.name, i
	}
	t.records("person", personWords)
	t.records("address", addressWords)
	t.records("company", companyWords)
	t.times()
	t.amounts()
	if !t.changed || gl.hard && !g.fits(gl, t.made) {
		return made
	}
	return t.made
}

// tidying is one object while its members are made to agree.
type tidying struct {
	g       *solver
	gl      *goal
	made    object
	names   []string
	at      map[string]int
	changed bool
}

// may tells whether a member may have another value.
func (t *tidying) may(name string, v any) bool {
	for _, s := range t.g.memberWants(t.gl, name) {
		flat, err := flatten(t.g.c, s)
		if err != nil || flat.Faker != nil || !t.g.judge.accepts(s, v) || !fitsNumberFormat(flat, v) {
			return false
		}
	}
	return true
}

func (t *tidying) set(name string, v any) {
	if t.may(name, v) {
		t.made[t.at[name]].value, t.changed = v, true
	}
}

// name is that of the object.
func (t *tidying) name() string {
	if n := len(t.g.around); n > 0 {
		return t.g.around[n-1]
	}
	return ""
}

func (t *tidying) records(kind string, words map[string]string) {
	var texts []string
	for _, m := range t.made {
		if _, isText := m.value.(string); isText {
			texts = append(texts, m.name)
		}
	}
	groups, order := groupsOf(texts, words)
	for _, prefix := range order {
		if len(groups[prefix]) < 2 || !standsForSure(t.name(), prefix, kind, groups[prefix]) {
			continue
		}
		row := kinds[kind].make(t.g.f, nil)
		column := func(name string) any { return row[slices.Index(kinds[kind].columns, name)] }
		for _, part := range groups[prefix] {
			switch c := words[part.word]; {
			case c[0] == '=':
				t.set(part.name, column("username").(string)+"@mail.example.com") // texts, as all of a person
			case c == "country_name" && len(t.made[t.at[part.name]].value.(string)) == 2: // the texts were chosen above
				t.set(part.name, column("country"))
			default:
				t.set(part.name, column(c))
			}
		}
	}
}

// times puts what was changed behind what was created.
func (t *tidying) times() {
	created, changed := t.time(createdWords), t.time(changedWords)
	if created == "" || changed == "" || created == changed {
		return
	}
	from, _ := t.made[t.at[created]].value.(string)
	to, _ := t.made[t.at[changed]].value.(string)
	if len(from) == len(to) && from > to && t.may(created, to) && t.may(changed, from) {
		t.set(created, to)
		t.set(changed, from)
	}
}

// time is the first member that is a time and named by one of the words.
func (t *tidying) time(words []string) string {
	for _, name := range t.names {
		isTime := slices.ContainsFunc(t.g.memberWants(t.gl, name), func(s *contract.Schema) bool { return s.Format == "date-time" || s.Format == "date" })
		if (isTime || tellsTime(name)) && slices.ContainsFunc(nameWords(name), func(w string) bool { return slices.Contains(words, w) }) {
			return name
		}
	}
	return ""
}

func (t *tidying) amounts() {
	a := accountOf(t.names, t.kind, "")
	if a == nil {
		return
	}
	values := map[string]any{}
	for _, m := range t.made {
		values[m.name] = m.value
	}
	for name, v := range a.settle(t.g.f, values, nil, t.may) {
		t.set(name, v)
	}
}

// kind is the type of an amount; see [kindOfSchema].
func (t *tidying) kind(name string) string {
	for _, s := range t.g.memberWants(t.gl, name) {
		if flat, err := flatten(t.g.c, s); err == nil {
			if k := kindOfSchema(flat); k != "" {
				return k
			}
		}
	}
	return ""
}
