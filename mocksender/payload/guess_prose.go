package payload

import (
	"fmt"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

var ticketWords = []string{"ticket", "case", "conversation", "request", "issue", "incident", "task", "problem"}

// proseGuesses are states, labels and sentences. What the states of a thing are called depends on the thing.
var proseGuesses = []guess{
	{words: []string{"status", "state"}, in: orderWords, text: oneOf("pending", "paid", "processing", "fulfilled", "cancelled")},
	{words: []string{"status", "state"}, in: []string{"subscription", "membership", "trial"}, text: oneOf("active", "trialing", "past_due", "canceled")},
	{words: []string{"status", "state"}, in: []string{"invoice", "bill", "quote"}, text: oneOf("draft", "open", "paid", "void")},
	{words: []string{"status", "state"}, in: payWords, text: oneOf("pending", "succeeded", "failed", "refunded")},
	{words: []string{"status"}, in: []string{"shipment", "delivery", "tracking", "parcel", "package"}, text: oneOf("label_created", "in_transit", "out_for_delivery", "delivered")},
	{words: []string{"status", "state"}, in: ticketWords, text: oneOf("open", "pending", "solved", "closed")},
	{words: []string{"status", "state"}, in: []string{"device", "sensor", "gateway", "node", "service", "server"}, text: oneOf("online", "offline", "degraded")},
	{words: []string{"status", "state"}, in: []string{"build", "deployment", "deploy", "job", "run", "pipeline", "check", "export", "import", "sync"}, text: oneOf("queued", "running", "succeeded", "failed")},
	{words: []string{"status", "state"}, in: []string{"pull", "merge", "milestone"}, text: oneOf("open", "closed", "merged")},
	{words: []string{"status", "responsestatus"}, in: []string{"attendee", "participant", "invitee", "calendar"}, text: oneOf("accepted", "declined", "tentative")},
	{words: []string{"status", "responsestatus"}, text: oneOf("active", "pending", "completed", "inactive")},
	{words: []string{"priority", "urgency", "severity"}, text: oneOf("low", "normal", "high", "urgent")},
	{words: []string{"channel", "source", "medium", "origin"}, text: oneOf("web", "email", "api", "phone", "chat")},
	{words: []string{"action"}, text: oneOf("created", "updated", "deleted")},
	{words: []string{"reason", "cancellationreason", "cancelreason", "refundreason"}, text: oneOf("requested_by_customer", "duplicate", "no_longer_needed", "too_expensive")},
	{words: []string{"tag", "label", "keyword"}, text: oneOf("vip", "wholesale", "newsletter", "beta", "priority", "returning", "gift", "trial")},
	{words: []string{"group", "team", "department", "queue"}, text: oneOf(teams...)},
	{words: []string{"name"}, in: []string{"group", "team", "department", "queue", "category", "label", "role"}, text: oneOf(teams...)},
	{words: []string{"fullname"}, in: []string{"repository", "repo"}, text: func(f *gofakeit.Faker) string { return strings.Replace(projectName(f), "-", "/", 1) }},
	{words: []string{"description"}, in: []string{"repository", "repo"}, text: oneOf("Receives and stores webhooks", "Order totals and tax rules", "The customer portal", "Shared build scripts")},
	{words: []string{"name", "slug"}, in: []string{"repository", "repo", "project", "app", "application", "pipeline", "branch", "build"}, text: projectName},
	{words: []string{"slug", "handle", "permalink"}, text: projectName},
	{words: []string{"name", "hostname"}, in: []string{"device", "sensor", "gateway", "server", "node", "machine"}, text: func(f *gofakeit.Faker) string {
		return fmt.Sprintf("%s-%02d", slug(f.RandomString(projectThings)), f.Number(1, 40))
	}},
	{words: []string{"subject", "title", "topic", "headline"}, in: append([]string{"email", "message", "comment", "thread"}, ticketWords...), text: oneOf(ticketSubjects...)},
	{words: []string{"subject"}, text: oneOf(ticketSubjects...)},
	{words: []string{"title", "headline", "name"}, in: []string{"calendar", "meeting", "appointment", "booking", "event"}, text: oneOf(meetings...)},
	{words: []string{"title", "headline"}, text: oneOf(meetings...)},
	{words: []string{"message"}, in: gitWords, text: oneOf(commitMessages...)},
	{words: []string{"message", "description", "details"}, in: []string{"tracking", "shipment", "parcel"}, text: oneOf("Departed from the sorting centre", "Arrived at the local depot", "Out for delivery", "Delivered to the front desk")},
	{words: []string{"description", "message", "comment", "note", "notes", "summary", "body", "content", "text", "details", "remark", "memo", "bio", "about", "instruction", "feedback"}, text: sentence},
}

// textGuesses are for names that say little.
var textGuesses = []guess{
	{words: []string{"createdat", "updatedat", "modifiedat", "timestamp", "occurredat", "datetime"}, text: formats["date-time"]},
	{words: []string{"date"}, text: formats["date"]},
	{words: []string{"name"}, text: fullName},
}

// projectName is two words as people name what they work on.
func projectName(f *gofakeit.Faker) string {
	return slug(f.RandomString(firmNames)) + "-" + slug(f.RandomString(projectThings))
}

// sentence is what a person or a clerk might write.
func sentence(f *gofakeit.Faker) string {
	return strings.NewReplacer("@day", f.RandomString(weekdays), "@name", f.FirstName(), "@good", strings.ToLower(f.RandomString(goodsNames)),
		"@n", fmt.Sprint(f.Number(2, 9))).Replace(f.RandomString(sentences))
}

var (
	teams          = []string{"Support", "Sales", "Finance", "Logistics", "Engineering", "Customer Success"}
	projectThings  = []string{"api", "billing", "catalog", "checkout", "gateway", "inventory", "mobile", "portal", "reports", "scheduler", "web"}
	weekdays       = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday"}
	ticketSubjects = []string{
		"Question about my invoice", "Parcel has not arrived", "Cannot sign in", "Refund for a duplicate charge", "Change of delivery address",
		"Wrong item received", "How do I add a team member?", "Export stops half-way",
	}
	meetings = []string{
		"Quarterly planning", "Weekly team sync", "Onboarding call", "Design review", "Budget review", "Product demo", "Interview", "Retrospective",
	}
	commitMessages = []string{
		"Fix rounding of line totals", "Add an export of orders", "Retry failed deliveries", "Update dependencies", "Document the webhook headers",
		"Remove the unused cache", "Read amounts as integers", "Test the boundary of a page",
	}
	sentences = []string{
		"Please deliver on @day before noon.", "The customer asked for a call back on @day.", "@name confirmed the change by e-mail.", "Leave the parcel at the front desk.",
		"The @good arrived damaged.", "Order of @n pieces for the new office.", "Thank you for the quick answer.", "Renewal agreed for another year.",
		"Gift wrapping for the @good, please.", "Paid by bank transfer.", "@n seats added for the support team.", "We could not reach @name; next try on @day.",
		"Works as expected after the update.", "Includes a @good as a sample.",
	}
)
