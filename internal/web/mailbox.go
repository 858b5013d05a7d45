package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ab325/internal/store"
)

// A mailboxPage shows the messages of a demonstration, which go nowhere else.
type mailboxPage struct {
	Page
	Messages []mailboxMessage
}

type mailboxMessage struct {
	At, To, Subject, Text, Link, Code string
}

// shownMessages is how many of the latest messages the mailbox shows.
const shownMessages = 50

func (s *Server) showMailbox(c *gin.Context) error {
	messages, err := s.options.Cases.Mailbox(c.Request.Context(), shownMessages)
	if err != nil {
		return err
	}
	page := &mailboxPage{Page: s.page(c, "Postkasse")}
	page.Back = backTo("/")
	for _, m := range messages {
		page.Messages = append(page.Messages, inMailbox(m))
	}
	return s.render(c, http.StatusOK, "mailbox", page)
}

func inMailbox(m store.Message) mailboxMessage {
	return mailboxMessage{At: moment(m.At), To: m.To, Subject: m.Data["subject"], Text: m.Data["text"], Link: m.Data["link"], Code: m.Data["code"]}
}
